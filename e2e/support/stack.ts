import { test as base } from '@playwright/test';
import { demoPrograms, freePort, startProgram } from '../../scripts/lib/programs.mjs';
import type { RunningProgram } from '../../scripts/lib/programs.mjs';
import { Controls } from './controls.js';
import { serveStatic } from './static-server.js';

/** Where the programs under test are, each on a port of its own. */
export interface Urls {
  emulator: string;
  /** The GraphQL endpoint. */
  server: string;
  demo: string;
  /** The minimal NgModule app. */
  demoNgModule: string;
  /** Where an example may be, while a test runs it. */
  example: string;
}

interface WorkerFixtures {
  /** Emulator, server and demos, started once for a worker. */
  stack: { urls: Urls; running: Record<'emulator' | 'server' | 'demo', RunningProgram> };
}

interface TestFixtures {
  urls: Urls;
  /** The emulator's own controls; its state is as seeded when a test begins. */
  controls: Controls;
}

/** Playwright's `test`, with the whole of the demo running behind it. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  stack: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's dependencies from this pattern
    async ({}, use) => {
      const programs = demoPrograms({
        emulator: await freePort(),
        server: await freePort(),
        demo: await freePort(),
      });
      const demoNgModule = await serveStatic('dist/demo-ngmodule/browser', {
        '/config.json': {
          site: 'acme-test',
          chargebeeUrl: programs.emulator.url,
          graphqlUrl: programs.server.url,
        },
      });
      const example = `http://localhost:${await freePort()}`;
      const origins = `${programs.demo.url},${demoNgModule.url}`;
      programs.emulator.env.EMULATOR_DEMO_ORIGINS = origins;
      programs.emulator.env.EMULATOR_ALLOWED_ORIGINS = `${origins},${example}`;
      programs.server.env.CORS_ORIGINS = origins;
      programs.server.env.REDIRECT_ORIGINS = `${origins},${example}`;
      // A test clicks more in a minute than a person would.
      programs.server.env.USER_REQUESTS_PER_MINUTE = '1000';
      programs.server.env.CHARGEBEE_REQUESTS_PER_MINUTE = '10000';
      const running: RunningProgram[] = [];
      const onSpawn = (program: RunningProgram) => void running.push(program);
      try {
        const emulator = await startProgram(programs.emulator, { onSpawn });
        const server = await startProgram(programs.server, { onSpawn });
        const demo = await startProgram(programs.demo, { onSpawn });
        const urls = {
          emulator: programs.emulator.url,
          server: programs.server.url,
          demo: programs.demo.url,
          demoNgModule: demoNgModule.url,
          example,
        };
        await use({ urls, running: { emulator, server, demo } });
      } finally {
        await Promise.all([demoNgModule.close(), ...running.map((program) => program.stop())]);
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  urls: async ({ stack }, use) => use(stack.urls),
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
