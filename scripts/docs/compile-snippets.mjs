// Compiles the TypeScript and the templates of the docs, with strict templates, against the built packages.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../lib/programs.mjs';

const work = join(root, '.angular/docs-snippets');

/** Whether blocks of a language are compiled. */
export const isCompiled = (language) => ['ts', 'typescript', 'html'].includes(language);

/**
 * Compiles all snippets at once.
 * @param {{ where: string, language: string, code: string }[]} snippets
 * @returns {string[]} the problems
 */
export function compileSnippets(snippets) {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const locations = new Map();
  for (const [index, { where, language, code }] of snippets.entries()) {
    const name = `snippet-${index}.ts`;
    const source = language === 'html' ? asComponent(code) : code;
    writeFileSync(join(work, name), `${source}\nexport {};\n`);
    locations.set(name, where);
  }
  const config = {
    extends: relative(work, join(root, 'tsconfig.json')),
    compilerOptions: {
      noEmit: true,
      types: ['node', 'jasmine'],
      noPropertyAccessFromIndexSignature: false,
    },
    files: [...locations.keys()],
  };
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout, stderr } = spawnSync(
    'node_modules/.bin/ngc',
    ['-p', join(work, 'tsconfig.json')],
    { cwd: root, encoding: 'utf8' },
  );
  if (status === 0) {
    rmSync(work, { recursive: true, force: true });
    return [];
  }
  const output = `${stdout}${stderr}`.replaceAll(
    /[^\s]*(snippet-\d+\.ts)/g,
    (_, name) => locations.get(name) ?? name,
  );
  return [`snippets do not compile:\n${output}`];
}

/** Wraps a template in a component that imports the library's directives and has every event handler the template calls. */
function asComponent(template) {
  const handlers = new Set([...template.matchAll(/\)="(\w+)\(/g)].map((match) => match[1]));
  const members = [...handlers]
    .map((name) => `  protected ${name}(..._: unknown[]): void {}`)
    .join('\n');
  return `import { Component } from '@angular/core';
import { ChargebeePortalDirective, ChargebeePaymentSourcesDirective } from 'ngx-chargebee-portal';
@Component({ selector: 'app-snippet', imports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective], template: ${JSON.stringify(template)} })
export class Snippet {
${members}
}
`;
}
