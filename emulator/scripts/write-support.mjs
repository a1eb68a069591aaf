// Regenerates src/support/chargebee-api.ts and docs/support.md. Run `npm run support -w emulator` when the SDK or the routes have
// changed; a test fails until then.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { chargebeeApiSource } from '../test/chargebee-api-source.ts';

async function write(path, text) {
  const file = fileURLToPath(new URL(path, import.meta.url));
  const options = { ...(await resolveConfig(file)), filepath: file };
  await writeFile(file, await format(text, options));
}

if (process.argv.includes('docs')) {
  const { supportMarkdown } = await import('../src/support/markdown.ts');
  await write('../docs/support.md', supportMarkdown());
} else {
  await write('../src/support/chargebee-api.ts', await chargebeeApiSource());
}
