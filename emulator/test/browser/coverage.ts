import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { browserScripts, type BrowserScript } from '../../src/browser-scripts.js';

type ScriptCoverage = Awaited<ReturnType<Page['coverage']['stopJSCoverage']>>[number];

const source = new URL('../../src/', import.meta.url);
const bundles = Object.entries(browserScripts).map(([name, entry]) => ({
  /** The path of the script's URL. */
  served: servedAs(name as BrowserScript),
  /** The URL that the bundle's coverage is reported under: its entry file, because c8 accepts only source files. */
  url: new URL(entry, source).href,
  folder: new URL('browser/', source),
}));

function servedAs(name: BrowserScript): string {
  return {
    chargebee: '/v2/chargebee.js',
    portal: '/portal/v2/portal.js',
    home: '/_emulator/page.js',
  }[name];
}

/** Starts collecting the coverage of a page's scripts, including its iframes. Does nothing outside c8, which `npm test` uses. */
export async function startCoverage(page: Page): Promise<void> {
  if (process.env.NODE_V8_COVERAGE) {
    await page.coverage.startJSCoverage({ resetOnNavigation: false });
  }
}

let files = 0;

/** Writes the coverage to Node's coverage folder in Node's format, so that c8 merges it. */
export async function saveCoverage(page: Page): Promise<void> {
  const folder = process.env.NODE_V8_COVERAGE;
  if (!folder || page.isClosed()) return;
  const scripts = await page.coverage.stopJSCoverage();
  const result = scripts.flatMap((script) => {
    const bundle = bundles.find(({ served }) => new URL(script.url).pathname === served);
    // The script of a frame that is being removed has no source.
    return bundle && script.source ? [{ script, bundle }] : [];
  });
  mkdirSync(folder, { recursive: true });
  files += 1;
  writeFileSync(
    join(folder, `coverage-chromium-${process.pid}-${files}.json`),
    JSON.stringify({
      result: result.map(({ script: { scriptId, functions }, bundle: { url } }) => ({
        scriptId,
        url,
        functions,
      })),
      'source-map-cache': Object.fromEntries(
        result.map(({ script, bundle }) => [bundle.url, sourceMap(script, bundle.folder)]),
      ),
    }),
  );
}

/** Parses the inline source map of a script and makes the URLs of its sources absolute, as Node does. */
function sourceMap({ source: text = '' }: ScriptCoverage, folder: URL) {
  const [, encoded = ''] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text) ?? [];
  const data = JSON.parse(Buffer.from(encoded, 'base64').toString()) as { sources: string[] };
  return {
    lineLengths: text.split('\n').map((line) => line.length),
    data: { ...data, sources: data.sources.map((path) => new URL(path, folder).href) },
  };
}
