// `npm run docs` builds the documentation site into dist/docs; `npm run docs:dev` serves it while you write, at DOCS_PORT or
// the first free port from 5173 on.
import { join } from 'node:path';
import { build, createServer } from 'vitepress';
import { root } from '../lib/programs.mjs';
import { buildStale } from '../lib/build-targets.mjs';
import { generatePages } from './generate.mjs';

const docs = join(root, 'docs');
const isDev = process.argv.includes('--dev');

await buildStale(['emulator', 'server', 'ngx-chargebee-portal']);
await generatePages();
if (isDev) {
  const server = await createServer(docs, { port: Number(process.env.DOCS_PORT ?? 5173) });
  await server.listen();
  server.printUrls();
} else {
  await build(docs);
  console.log('The site is in dist/docs. To read it here, run npm run docs:dev.');
}
