import { test as base } from '@playwright/test';
import { join } from 'node:path';
import { build } from 'vite';
import { demoPrograms, freeDemoPorts } from '../../scripts/lib/demo-programs.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';
import { root, startProgram } from '../../scripts/lib/programs.mjs';
import type { RunningProgram } from '../../scripts/lib/programs.mjs';
import { Controls } from '../support/controls.js';
import { serveStatic, type StaticServer } from '../support/static-server.js';

/** The examples that are pages, built by Vite. */
export const PAGES = ['es5', 'es6', 'jquery', 'react', 'vue'] as const;

/** The URLs of the programs and pages under test. */
export interface Urls {
  emulator: string;
  /** The portal server's origin. */
  server: string;
  /** By the names in `PAGES`. */
  pages: Record<(typeof PAGES)[number], string>;
  /** A free address for the example `access-url`, which its tests start themselves. */
  accessUrl: string;
}

/** Builds a page in development mode. `env` overrides the values of its `.env.development`. */
async function buildPage(name: string, env: Record<string, string>): Promise<void> {
  Object.assign(process.env, env);
  await build({
    root: join(root, 'examples', name),
    mode: 'development',
    build: { outDir: join(root, pageFolder(name)), emptyOutDir: true },
    logLevel: 'error',
  });
}

const pageFolder = (name: string): string => `dist/examples/${name}`;

/** Playwright's `test`, with the emulator and the server running and all pages built. Starts and builds them once per worker. */
export const test = base.extend<{ controls: Controls }, { urls: Urls }>({
  urls: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's dependencies from this pattern
    async ({}, use) => {
      const { emulator, server } = demoPrograms(await freeDemoPorts());
      const accessUrl = `http://localhost:${await freePort()}`;
      const servers: StaticServer[] = [];
      const running: RunningProgram[] = [];
      const onSpawn = (program: RunningProgram) => void running.push(program);
      try {
        const serverUrl = new URL(server.url).origin;
        const pages = {} as Urls['pages'];
        for (const name of PAGES) {
          await buildPage(name, {
            VITE_CHARGEBEE_JS: `${emulator.url}/v2/chargebee.js`,
            VITE_CHARGEBEE_SITE: 'acme-test',
            VITE_CHARGEBEE_DOMAIN: emulator.url,
            VITE_PORTAL_SERVER_URL: serverUrl,
            VITE_SIGN_IN_URL: `${emulator.url}/idp/token`,
          });
          const page = await serveStatic(pageFolder(name));
          servers.push(page);
          pages[name] = page.url;
        }
        const origins = [...Object.values(pages), accessUrl].join(',');
        emulator.env.EMULATOR_DEMO_ORIGINS = origins;
        emulator.env.EMULATOR_ALLOWED_ORIGINS = origins;
        emulator.env.EMULATOR_WEBHOOK_URLS = '';
        server.env.CORS_ORIGINS = origins;
        // Above the number of clicks in the tests.
        server.env.USER_REQUESTS_PER_MINUTE = '1000';
        server.env.CHARGEBEE_REQUESTS_PER_MINUTE = '10000';
        await startProgram(emulator, { onSpawn });
        await startProgram(server, { onSpawn });
        await use({ emulator: emulator.url, server: serverUrl, pages, accessUrl });
      } finally {
        await Promise.all([
          ...servers.map((page) => page.close()),
          ...running.map((program) => program.stop()),
        ]);
      }
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  controls: [
    async ({ urls }, use) => {
      const controls = new Controls(urls.emulator);
      await controls.reset();
      await use(controls);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
