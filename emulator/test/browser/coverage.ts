import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { browserScripts, type BrowserScript } from '../../src/browser-scripts.js';

type ScriptCoverage = Awaited<ReturnType<Page['coverage']['stopJSCoverage']>>[number];

const source = new URL('../../src/', import.meta.url);
const bundles = Object.entries(browserScripts).map(([name, entry]) => ({
  /** What the script's URL ends with. */
  served: servedAs(name as BrowserScript),
  /** The bundle counts under the name of its first file, for c8 takes in files of the source only. */
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

/** Counts which of our code runs in a page: in its scripts and those of its iframes. Only under c8, that is in `npm test`. */
export async function startCoverage(page: Page): Promise<void> {
  if (process.env.NODE_V8_COVERAGE) {
    await page.coverage.startJSCoverage({ resetOnNavigation: false });
  }
}

let files = 0;

/** Leaves what has been counted where Node leaves its own counts, in the same form, for c8 to add up. */
export async function saveCoverage(page: Page): Promise<void> {
  const folder = process.env.NODE_V8_COVERAGE;
  if (!folder || page.isClosed()) return;
  const scripts = await page.coverage.stopJSCoverage();
  const result = scripts.flatMap((script) => {
    const bundle = bundles.find(({ served }) => new URL(script.url).pathname === served);
    // A frame that is just being removed leaves its script without a text.
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

/** The map at the end of a script, as Node keeps it: with its sources' own URLs. */
function sourceMap({ source: text = '' }: ScriptCoverage, folder: URL) {
  const [, encoded = ''] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text) ?? [];
  const data = JSON.parse(Buffer.from(encoded, 'base64').toString()) as { sources: string[] };
  return {
    lineLengths: text.split('\n').map((line) => line.length),
    data: { ...data, sources: data.sources.map((path) => new URL(path, folder).href) },
  };
}
