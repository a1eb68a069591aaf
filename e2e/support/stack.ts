import { test as base } from '@playwright/test';
import { demoPrograms, freePort, startProgram } from '../../scripts/lib/programs.mjs';
import type { RunningProgram } from '../../scripts/lib/programs.mjs';
import { Controls } from './controls.js';
import { buildPortalPage } from './portal-page.js';
import { serveStatic } from './static-server.js';

/** Where the programs under test are, each on a port of its own. */
export interface Urls {
  emulator: string;
  /** The GraphQL endpoint. */
  server: string;
  demo: string;
  /** The minimal NgModule app. */
  demoNgModule: string;
  /** The page of `fixtures/portal-page`. */
  portalPage: string;
}

/** The same page by an address that a browser takes for another site's. */
export const onOtherSite = (url: string): string => url.replace('//localhost:', '//127.0.0.1:');

type Running = Record<'emulator' | 'server' | 'merchant' | 'demo', RunningProgram>;

interface WorkerFixtures {
  /** Emulator, server and the static pages, started once for a worker. */
  stack: {
    urls: Urls;
    running: Running;
    /** Starts the demo and its merchant API, once for a worker. */
    startDemo(): Promise<void>;
  };
}

interface TestFixtures {
  /** Whether the test needs the demo and its merchant API, whose start takes longer than that of all the rest. */
  needsDemo: boolean;
  urls: Urls;
  /** The emulator's own controls; its state is as seeded when a test begins. */
  controls: Controls;
}

/** Playwright's `test`, with the whole of the demo running behind it. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  stack: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's dependencies from this pattern
    async ({}, use, { parallelIndex }) => {
      const programs = demoPrograms({
        emulator: await freePort(),
        server: await freePort(),
        merchant: await freePort(),
        demo: await freePort(),
      });
      const demoNgModule = await serveStatic('dist/demo-ngmodule/browser', {
        '/config.json': {
          site: 'acme-test',
          chargebeeUrl: programs.emulator.url,
          graphqlUrl: programs.server.url,
        },
      });
      const portalPage = await serveStatic(await buildPortalPage(parallelIndex), {
        '/config.json': {
          site: 'acme-test',
          chargebeeUrl: programs.emulator.url,
          graphqlUrl: programs.server.url,
        },
      });
      // Each by its other name too, which makes it another site than the emulator.
      const origins = [programs.demo, demoNgModule, portalPage]
        .flatMap(({ url }) => [url, onOtherSite(url)])
        .join(',');
      programs.emulator.env.EMULATOR_DEMO_ORIGINS = origins;
      programs.emulator.env.EMULATOR_ALLOWED_ORIGINS = origins;
      programs.server.env.CORS_ORIGINS = origins;
      programs.merchant.env.CORS_ORIGINS = origins;
      programs.merchant.env.DATA_FOLDER = 'memory://';
      programs.server.env.REDIRECT_ORIGINS = origins;
      // A test clicks more in a minute than a person would.
      programs.server.env.USER_REQUESTS_PER_MINUTE = '1000';
      programs.server.env.CHARGEBEE_REQUESTS_PER_MINUTE = '10000';
      const started: RunningProgram[] = [];
      const onSpawn = (program: RunningProgram) => void started.push(program);
      try {
        const [emulator, server] = await Promise.all([
          startProgram(programs.emulator, { onSpawn }),
          startProgram(programs.server, { onSpawn }),
        ]);
        const running = { emulator, server } as Running;
        let demoStart: Promise<void> | undefined;
        await use({
          running,
          urls: {
            emulator: programs.emulator.url,
            server: programs.server.url,
            demo: programs.demo.url,
            demoNgModule: demoNgModule.url,
            portalPage: portalPage.url,
          },
          startDemo: () =>
            (demoStart ??= Promise.all([
              startProgram(programs.merchant, { onSpawn }),
              startProgram(programs.demo, { onSpawn }),
            ]).then(([merchant, demo]) => void Object.assign(running, { merchant, demo }))),
        });
      } finally {
        await Promise.all([
          demoNgModule.close(),
          portalPage.close(),
          ...started.map((program) => program.stop()),
        ]);
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  needsDemo: [true, { option: true }],
  urls: async ({ stack, needsDemo }, use, testInfo) => {
    if (needsDemo) {
      // The first test of a worker waits for the programs, which is no part of its own time.
      testInfo.setTimeout(testInfo.timeout + 120_000);
      await stack.startDemo();
    }
    await use(stack.urls);
  },
  controls: [
    async ({ stack }, use) => {
      const controls = new Controls(stack.urls.emulator);
      await controls.reset();
      await use(controls);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
