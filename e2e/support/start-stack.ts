import { demoPrograms, freeDemoPorts } from '../../scripts/lib/demo-programs.mjs';
import { startProgram } from '../../scripts/lib/programs.mjs';
import type { Program, RunningProgram } from '../../scripts/lib/programs.mjs';
import { buildPortalPage } from './build-portal-page.js';
import { serveStatic } from './static-server.js';

/** The URLs of the programs and pages under test. */
export interface Urls {
  emulator: string;
  /** The server's GraphQL endpoint. */
  graphql: string;
  demo: string;
  /** The minimal NgModule app. */
  demoNgModule: string;
  /** The page of `fixtures/portal-page`. */
  portalPage: string;
}

type ProgramName = 'emulator' | 'server' | 'merchant' | 'demo';

/** The programs and pages that the tests of a worker use. */
export interface Stack {
  readonly urls: Urls;
  readonly running: Readonly<Record<ProgramName, RunningProgram>>;
  /** Starts the demo and its merchant API on the first call. They start more slowly than the other programs. */
  startDemo(): Promise<void>;
  stop(): Promise<void>;
}

/** Returns a URL of the same page that browsers treat as a different site. */
export const onOtherSite = (url: string): string => url.replace('//localhost:', '//127.0.0.1:');

/**
 * Starts the emulator and the server, and serves the static pages.
 *
 * @param worker The number of the worker. Each worker has its own build of the portal page.
 */
export async function startStack(worker: number): Promise<Stack> {
  const programs = await createPrograms();
  const pages = await servePages(programs, worker);
  allowOrigins(programs, [programs.demo, pages.demoNgModule, pages.portalPage]);

  const started: RunningProgram[] = [];
  const running = {} as Record<ProgramName, RunningProgram>;
  const start = async (...names: ProgramName[]): Promise<void> => {
    await Promise.all(
      names.map(async (name) => {
        const onSpawn = (program: RunningProgram) => void started.push(program);
        running[name] = await startProgram(programs[name], { onSpawn });
      }),
    );
  };
  let demoStart: Promise<void> | undefined;
  const stack: Stack = {
    running,
    urls: {
      emulator: programs.emulator.url,
      graphql: programs.server.url,
      demo: programs.demo.url,
      demoNgModule: pages.demoNgModule.url,
      portalPage: pages.portalPage.url,
    },
    startDemo: () => (demoStart ??= start('merchant', 'demo')),
    stop: async () => {
      await Promise.all([
        ...Object.values(pages).map((page) => page.close()),
        ...started.map((program) => program.stop()),
      ]);
    },
  };
  try {
    await start('emulator', 'server');
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}

type Programs = Record<ProgramName, Program>;

/** Returns the demo's programs, with free ports and with limits above the number of clicks in the tests. */
async function createPrograms(): Promise<Programs> {
  const programs = demoPrograms(await freeDemoPorts());
  programs.merchant.env.DATA_FOLDER = 'memory://';
  programs.server.env.USER_REQUESTS_PER_MINUTE = '1000';
  programs.server.env.CHARGEBEE_REQUESTS_PER_MINUTE = '10000';
  return programs;
}

async function servePages({ emulator, server }: Programs, worker: number) {
  const config = {
    '/config.json': { site: 'acme-test', chargebeeUrl: emulator.url, graphqlUrl: server.url },
  };
  return {
    demoNgModule: await serveStatic('dist/demo-ngmodule/browser', config),
    portalPage: await serveStatic(await buildPortalPage(worker), config),
  };
}

/** Allows these pages to use the programs, under both host names: see `onOtherSite`. */
function allowOrigins({ emulator, server, merchant }: Programs, pages: { url: string }[]): void {
  const origins = pages.flatMap(({ url }) => [url, onOtherSite(url)]).join(',');
  emulator.env.EMULATOR_DEMO_ORIGINS = origins;
  emulator.env.EMULATOR_ALLOWED_ORIGINS = origins;
  server.env.CORS_ORIGINS = origins;
  server.env.REDIRECT_ORIGINS = origins;
  merchant.env.CORS_ORIGINS = origins;
}
