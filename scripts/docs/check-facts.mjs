// Checks statements of the guides about the code: the tests they name exist, every error code is explained, and copies of a
// block are identical.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');

/** Returns a pattern for each test title in a spec. A placeholder in a template literal matches any text. */
function testTitles(spec) {
  const calls = read(spec).matchAll(
    /\b(?:it|test|describe|test\.describe)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g,
  );
  return [...calls].map(([, single, double, template]) => {
    const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    const literal = (single ?? double ?? '').replaceAll(/\\(.)/g, '$1');
    const pattern = template
      ? template
          .split(/\$\{[^}]*\}/)
          .map(escape)
          .join('.+')
      : escape(literal);
    return new RegExp(`^${pattern}$`);
  });
}

/** Every test that the page names must exist. */
function checkNamedTests(page) {
  const named = [...read(page).matchAll(/`([\w./-]+\.spec\.ts)`:\s+"([^"]+)"/g)];
  if (named.length < 25) return [`${page} names ${named.length} tests; has its form changed?`];
  return named.flatMap(([, spec, title]) => {
    if (!existsSync(join(root, spec))) return [`${page}: there is no ${spec}`];
    return testTitles(spec).some((pattern) => pattern.test(title))
      ? []
      : [`${page}: ${spec} has no test "${title}"`];
  });
}

/** The page must have a section for each error code of the library, and a table row for each reason to reject a token. */
function checkExplained(page) {
  const text = read(page);
  const union = /export type PortalErrorCode =([^;]+);/.exec(
    read('projects/ngx-chargebee-portal/src/lib/portal/portal-error.ts'),
  )?.[1];
  const codes = [...(union ?? '').matchAll(/'(\w+)'/g)].map(([, code]) => code);
  const sources = ['bearer', 'customers', 'identity', 'refusal', 'required-claim'].map((name) =>
    read(`server/src/identity/${name}.ts`),
  );
  const reasons = sources.flatMap((source) => [
    ...[...source.matchAll(/new Refusal\(\s*'(\w+)'/g)].map(([, reason]) => reason),
    ...[...source.matchAll(/\[errors\.\w+\.code\]: '(\w+)'/g)].map(([, reason]) => reason),
  ]);
  if (codes.length < 20 || reasons.length < 8)
    return [
      `${page}: ${codes.length} codes and ${reasons.length} reasons found; has the code moved?`,
    ];
  return [
    ...codes
      .filter((code) => !text.includes(`\n### \`${code}\`\n`))
      .map((code) => `${page} does not explain the code ${code}`),
    ...reasons
      .filter((reason) => !new RegExp(`^\\| .*\`${reason}\``, 'm').test(text))
      .map((reason) => `${page} does not explain the reason ${reason}`),
  ];
}

/** The README and the guide must show the same block, which e2e/consumers/five-minutes.mjs runs. */
function checkFiveMinutes(readme, guide) {
  const blockOf = (path) =>
    /^## Your app in five minutes\n[\s\S]*?^(```sh\n[\s\S]*?^```)$/m.exec(read(path))?.[1];
  const block = blockOf(readme);
  return block && block === blockOf(guide)
    ? []
    : [`${readme} and ${guide} do not show the same block under "Your app in five minutes"`];
}

/**
 * Returns the problems found in the guides.
 * @returns {string[]}
 */
export function checkFacts() {
  return [
    ...checkNamedTests('docs/security.md'),
    ...checkExplained('docs/troubleshooting.md'),
    ...checkFiveMinutes('README.md', 'docs/start.md'),
  ];
}
