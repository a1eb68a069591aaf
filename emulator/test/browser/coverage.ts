import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CDPSession, Page } from 'playwright-core';
import {
  browserScripts,
  readBrowserScript,
  type BrowserScript,
} from '../../src/browser-scripts.js';

const source = new URL('../../src/', import.meta.url);
const bundles = Object.entries(browserScripts).map(([name, entry]) => ({
  name: name as BrowserScript,
  /** The path of the script's URL. */
  served: servedAs(name as BrowserScript),
  /** The URL that the bundle's coverage is reported under: its entry file, because c8 accepts only source files. */
  url: new URL(entry, source).href,
  folder: new URL('browser/', source),
}));

type Bundle = (typeof bundles)[number];

function servedAs(name: BrowserScript): string {
  return {
    chargebee: '/v2/chargebee.js',
    portal: '/portal/v2/portal.js',
    home: '/_emulator/page.js',
  }[name];
}

const profilers = new WeakMap<Page, CDPSession>();

/**
 * Starts collecting the coverage of a page's scripts, including its iframes. Does nothing outside c8, which `npm test` uses.
 * Playwright's own `page.coverage` also runs the debugger, which costs more processor time than the page itself.
 */
export async function startCoverage(page: Page): Promise<void> {
  if (!process.env.NODE_V8_COVERAGE) return;
  const profiler = await page.context().newCDPSession(page);
  await profiler.send('Profiler.enable');
  await profiler.send('Profiler.startPreciseCoverage', { detailed: true });
  profilers.set(page, profiler);
}

let files = 0;

/** Writes the coverage to Node's coverage folder in Node's format, so that c8 merges it. */
export async function saveCoverage(page: Page): Promise<void> {
  const folder = process.env.NODE_V8_COVERAGE;
  const profiler = profilers.get(page);
  if (!folder || !profiler || page.isClosed()) return;
  const { result: scripts } = await profiler.send('Profiler.takePreciseCoverage');
  const covered = scripts.flatMap((script) => {
    const bundle = bundles.find(({ served }) => pathOf(script.url) === served);
    return bundle ? [{ script, bundle }] : [];
  });
  const maps = covered.map(async ({ bundle }) => [bundle.url, await sourceMap(bundle)] as const);
  mkdirSync(folder, { recursive: true });
  files += 1;
  writeFileSync(
    join(folder, `coverage-chromium-${process.pid}-${files}.json`),
    JSON.stringify({
      result: covered.map(({ script, bundle: { url } }) => ({ ...script, url })),
      'source-map-cache': Object.fromEntries(await Promise.all(maps)),
    }),
  );
}

const pathOf = (url: string): string | undefined =>
  URL.canParse(url) ? new URL(url).pathname : undefined;

/**
 * Parses the inline source map of a script, with the paths of its sources. With URLs, c8 would exclude all sources and report
 * each line as covered.
 */
async function sourceMap({ name, folder }: Bundle) {
  const text = await readBrowserScript(name);
  const [, encoded = ''] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text) ?? [];
  const data = JSON.parse(Buffer.from(encoded, 'base64').toString()) as { sources: string[] };
  return {
    lineLengths: text.split('\n').map((line) => line.length),
    data: { ...data, sources: data.sources.map((path) => fileURLToPath(new URL(path, folder))) },
  };
}
