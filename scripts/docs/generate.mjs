// Writes the generated pages of the site: the references, the changelog and the emulator's documents. The list is in
// generated-pages.mjs.
import { buildSchema } from 'graphql';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { entryPoints, isApiReferenceCurrent, writeApiReference } from './api-reference.mjs';
import { schemaReference } from './schema-reference.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');

function write(page, text) {
  const path = join(root, 'docs', page);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function referenceIndex() {
  const rows = entryPoints.map(({ name, page }) => `- [${name}](${page}.md)`);
  return `# API reference

Everything that the packages export, from the comments in their code. Look here for a type or an option that you know the name
of. The guides say how to use them.

${rows.join('\n')}
- [The GraphQL schema](schema.md)
- [The server's variables](../server/configuration.md)
- [The emulator's options](../emulator/index.md#options)
`;
}

/** Replaces the headings of the pages by import paths, such as `ngx-chargebee-portal/testing`. */
function setHeadings() {
  for (const { name, page } of entryPoints) {
    const path = `docs/reference/${page}.md`;
    const text = read(path).replace(/^# .*/, `# ${name}`);
    write(`reference/${page}.md`, text);
  }
}

/** Writes all generated pages. The packages must be built. */
export async function generatePages() {
  const reference = join(root, 'docs/reference');
  if (!isApiReferenceCurrent(reference)) {
    rmSync(reference, { recursive: true, force: true });
    await writeApiReference(reference);
    setHeadings();
  }
  write('reference/index.md', referenceIndex());
  const sdl = read('schema.graphql');
  write('reference/schema.md', schemaReference(buildSchema(sdl), sdl));
  write('changelog.md', read('CHANGELOG.md'));
  for (const name of ['chargebee-js', 'support']) {
    write(`emulator/${name}.md`, read(`emulator/docs/${name}.md`));
  }
}
