// Checks the docs: every snippet compiles, every command is run by a test, and no link is dead.
import { buildSchema, parse, validate } from 'graphql';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { commands, ownTests } from './docs-commands.mjs';
import { checkFacts } from './docs/check-facts.mjs';
import { isGenerated } from './docs/generated-pages.mjs';
import { root } from './lib/programs.mjs';

const work = join(root, '.angular/docs-snippets');
const read = (path) => readFileSync(join(root, path), 'utf8');
const schema = buildSchema(read('schema.graphql'));
const configuration = read('docs/server/configuration.md');
const packageScripts = JSON.parse(read('package.json')).scripts;

/** Returns all hand-written Markdown files: not the API reports (`*.api.md`) and not the generated pages. */
function markdownFiles(folder = '.') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|dist|coverage|test-results|playwright-report|\..*)$/.test(entry.name))
      return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(path);
    return /(?<!\.api)\.md$/.test(entry.name) && !isGenerated(path) ? [path] : [];
  });
}

/** Returns the fenced blocks of a Markdown text, with their line numbers. */
function fences(text) {
  return [...text.matchAll(/^([ ]*)```(\w*)[^\n]*\n([\s\S]*?)^\1```/gm)].map((match) => ({
    language: match[2],
    code: match[3].replaceAll(new RegExp(`^${match[1]}`, 'gm'), ''),
    line: text.slice(0, match.index).split('\n').length,
  }));
}

const problems = [];
const snippets = [];
const checked = { snippets: 0, commands: 0, links: 0 };

function checkCommand(line, where) {
  checked.commands += 1;
  for (const command of line.split('&&').map((part) => part.trim())) {
    const script = /^npm (?:run )?(?:--silent )?([\w:-]+)/.exec(command)?.[1];
    if (/^npm (run )/.test(command) && !(script in packageScripts)) {
      problems.push(`${where}: there is no script "${script}" in package.json`);
    }
    const known = commands.find(({ pattern }) => pattern.test(command));
    if (!known)
      problems.push(
        `${where}: no test runs "${command}"; add it to scripts/docs-commands.mjs with one that does`,
      );
    else if (!existsSync(join(root, known.test)))
      problems.push(`${where}: ${known.test}, which should run "${command}", is not there`);
  }
}

function checkFence({ language, code, line }, file) {
  const where = `${file}:${line}`;
  switch (language) {
    case 'ts':
    case 'typescript':
      snippets.push({ where, code });
      break;
    case 'html':
      snippets.push({ where, code: asComponent(code) });
      break;
    case 'sh':
    case 'bash':
      // Files that a block writes are compiled by the test that runs the block.
      for (const command of withoutHeredocs(code).replaceAll('\\\n', ' ').split('\n')) {
        if (command.trim() && !command.trim().startsWith('#')) checkCommand(command.trim(), where);
      }
      break;
    case 'json':
      try {
        JSON.parse(code);
      } catch (error) {
        problems.push(`${where}: ${error.message}`);
      }
      checked.snippets += 1;
      break;
    case 'graphql':
      try {
        for (const error of validate(schema, parse(code)))
          problems.push(`${where}: ${error.message}`);
      } catch (error) {
        problems.push(`${where}: ${error.message}`);
      }
      checked.snippets += 1;
      break;
    case 'dotenv':
      // A secret can be given as NAME_FILE too.
      for (const [, variable] of code.matchAll(/^(\w+?)(?:_FILE)?=/gm)) {
        if (!configuration.includes(`\`${variable}\``))
          problems.push(`${where}: the server has no variable ${variable}`);
      }
      checked.snippets += 1;
      break;
    case 'mermaid':
      break;
    case 'text':
      // Unchecked: for diagrams and program output. Commands belong in a `sh` fence.
      if (/^(\$|npm|npx|node|ng|curl|docker|git) /m.test(code))
        problems.push(
          `${where}: a command in a fence of language "text" is not checked by anything`,
        );
      break;
    default:
      problems.push(`${where}: a fence of language "${language}" is not checked by anything`);
  }
}

/** Removes the contents of heredocs (`<<'EOF'`) from a shell script. */
function withoutHeredocs(script) {
  return script.replaceAll(/(<<'EOF')\n[\s\S]*?^EOF$/gm, '$1');
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

function checkLinks(text, file) {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(https?:|mailto:|#)/.test(target)) continue;
    checked.links += 1;
    const path = join(dirname(file), target.split('#')[0]);
    // Generated pages may not have been built yet; the suite `site` builds them and checks these links.
    if (!existsSync(join(root, path)) && !isGenerated(path))
      problems.push(`${file}: the link to ${target} leads nowhere`);
  }
}

/** Compiles all snippets, with strict templates, against the built packages. */
function compile() {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const locations = new Map();
  snippets.forEach(({ where, code }, index) => {
    const name = `snippet-${index}.ts`;
    writeFileSync(join(work, name), `${code}\nexport {};\n`);
    locations.set(name, where);
  });
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
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  checked.snippets += snippets.length;
  if (status === 0) rmSync(work, { recursive: true, force: true });
  else {
    const named = `${stdout}${stderr}`.replaceAll(
      /[^\s]*(snippet-\d+\.ts)/g,
      (_, name) => locations.get(name) ?? name,
    );
    problems.push(`snippets do not compile:\n${named}`);
  }
}

const files = markdownFiles();
for (const file of files) {
  const text = read(file);
  checkLinks(text, file);
  const ownTest = ownTests[file];
  if (!ownTest) for (const fence of fences(text)) checkFence(fence, file);
  else if (!existsSync(join(root, ownTest)))
    problems.push(`${file}: ${ownTest}, which should run it, is not there`);
}
compile();
problems.push(...checkFacts());

for (const problem of problems) console.error(problem);
console.log(
  `${files.length} documents: ${checked.snippets} snippets, ${checked.commands} commands, ${checked.links} links, ${problems.length} problems`,
);
process.exitCode = problems.length ? 1 : 0;
