// Checks the docs: every snippet compiles, every command is run by a test, and every link to a file leads to one. The suite
// `site` checks the headings that links name.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkFacts } from './docs/check-facts.mjs';
import { checkFence } from './docs/check-fence.mjs';
import { documentTests } from './docs/commands.mjs';
import { compileSnippets, isCompiled } from './docs/compile-snippets.mjs';
import { isGenerated } from './docs/generated-pages.mjs';
import { fencesIn, fileLinksIn, markdownFiles } from './docs/markdown.mjs';
import { root } from './lib/programs.mjs';

const exists = (path) => existsSync(join(root, path));
const files = markdownFiles().map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}));
const links = files.flatMap(({ path, text }) =>
  fileLinksIn(text).map((target) => ({ path, target, leadsTo: join(dirname(path), target) })),
);
/** All blocks, except those of documents with a test of their own. */
const fences = files
  .filter(({ path }) => !documentTests[path])
  .flatMap(({ path, text }) =>
    fencesIn(text).map((fence) => ({ ...fence, where: `${path}:${fence.line}` })),
  );
const compiled = fences.filter(({ language }) => isCompiled(language));
const others = fences.filter(({ language }) => !isCompiled(language));

const problems = [
  ...links
    // Generated pages may not have been built yet; the suite `site` builds them and checks these links.
    .filter(({ leadsTo }) => !exists(leadsTo) && !isGenerated(leadsTo))
    .map(({ path, target }) => `${path}: the link to ${target} leads nowhere`),
  ...Object.entries(documentTests)
    .filter(([, test]) => !exists(test))
    .map(([path, test]) => `${path}: ${test}, which should run it, is not there`),
  ...others.flatMap((fence) => checkFence(fence).map((problem) => `${fence.where}: ${problem}`)),
  ...compileSnippets(compiled),
  ...checkFacts(),
];
for (const problem of problems) console.error(problem);
console.log(
  `${files.length} documents: ${compiled.length} compiled and ${others.length} other blocks, ${links.length} links, ${problems.length} problems`,
);
process.exitCode = problems.length ? 1 : 0;
