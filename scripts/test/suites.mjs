// The suites of `npm test`: what each runs, and what it needs.
import { relative } from 'node:path';

const LIBRARY = ['ngx-chargebee-portal'];

/**
 * @typedef {object} Suite
 * @property {string} title what it checks, for `npm test -- --list`
 * @property {string[]} command
 * @property {number} timeout in minutes
 * @property {string[]} [targets] what must be built first: names from scripts/lib/build-targets.mjs
 * @property {string[]} [tools] what must be installed: names from scripts/lib/tools.mjs, or `chrome`
 * @property {string} [folder] where the command runs, below the root
 * @property {(files: string[]) => string[]} [only] the command that runs only these files
 * @property {(files: string[]) => string[]} [watch] the command that reruns them when a file changes
 */

/** Specs of a workspace that run in Node. Coverage is measured only when all of them run. */
function jasmineSuite(folder, { script = 'test', config = 'jasmine.json', ...suite }) {
  const root = relative(folder, '.');
  const jasmine = [
    `${root}/node_modules/jasmine/bin/jasmine.js`,
    `--config=${config}`,
    `--reporter=${root}/scripts/reporters/jasmine.mjs`,
  ];
  // Jasmine takes files and patterns; a folder means the specs in it.
  const toPattern = (path) => {
    const inside = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
    return inside.endsWith('.ts') ? inside : `${inside.replace(/\/$/, '')}/**/*.spec.ts`;
  };
  return {
    folder,
    command: ['npm', 'run', '--silent', script],
    only: (files) => ['node', '--import', 'tsx', ...jasmine, ...files.map(toPattern)],
    watch: (files) => ['node', '--watch', '--import', 'tsx', ...jasmine, ...files.map(toPattern)],
    ...suite,
  };
}

/** A project whose specs run in Chromium, by Karma. */
function karmaSuite(project, suite) {
  const command = ['npx', 'ng', 'test', project];
  const including = (files) => files.map((file) => `--include=${file}`);
  return {
    command,
    only: (files) => [...command, '--code-coverage=false', ...including(files)],
    watch: (files) => [...command, '--code-coverage=false', '--watch', ...including(files)],
    ...suite,
  };
}

/** Browser tests, by Playwright's runner. */
function playwrightSuite(config, suite) {
  const command = ['npx', 'playwright', 'test', '--config', config];
  return { command, only: (files) => [...command, ...files], ...suite };
}

/**
 * A suite writes its counts to the file that SUITE_RESULTS names; one that writes none counts as one test.
 * Suites without `targets` run in parallel with `build`, and suites without `tools` while tools are installed; the others
 * follow, the longest first.
 * @type {Record<string, Suite>}
 */
export const suites = {
  build: {
    title: 'everything builds',
    command: ['node', 'scripts/build.mjs'],
    timeout: 15,
  },
  library: karmaSuite('ngx-chargebee-portal', {
    title: 'the Angular library, in Chromium',
    timeout: 15,
    tools: ['chrome'],
  }),
  format: {
    title: 'Prettier',
    command: ['npm', 'run', '--silent', 'format:check'],
    timeout: 5,
  },
  codegen: {
    title: 'the types generated from schema.graphql are current',
    command: ['npm', 'run', '--silent', 'codegen:check'],
    timeout: 2,
  },
  e2e: playwrightSuite('e2e/playwright.config.ts', {
    title: 'the whole flow in Chromium',
    timeout: 40,
    targets: ['emulator', 'server', ...LIBRARY, 'demo', 'demo-ngmodule'],
    tools: ['chrome', 'redis'],
  }),
  consumers: {
    title:
      'the packed library in fresh Angular 21 and 22 apps, and their unit tests by Vitest and Karma',
    command: ['node', 'e2e/consumers/index.mjs'],
    only: (apps) => ['node', 'e2e/consumers/index.mjs', ...apps],
    timeout: 25,
    targets: ['emulator', 'server', ...LIBRARY],
    tools: ['chrome'],
  },
  engines: playwrightSuite('e2e/engines/playwright.config.ts', {
    title: "the main flows in Firefox and in WebKitGTK, Safari's engine",
    timeout: 25,
    targets: ['emulator', 'server', ...LIBRARY, 'demo'],
    tools: ['chrome', 'firefox', 'webkit'],
  }),
  'emulator-browser': jasmineSuite('emulator', {
    title: 'the emulator’s chargebee.js and its pages, in Chromium',
    script: 'test:browser',
    config: 'jasmine.browser.json',
    timeout: 30,
    targets: ['emulator'],
    tools: ['chrome'],
  }),
  server: jasmineSuite('server', {
    title: 'the server, but for its quota',
    timeout: 20,
    targets: ['server'],
    tools: ['redis', 'promtool'],
  }),
  site: {
    title: 'the documentation site: it builds, links, axe, phones, search, Markdown',
    command: ['node', 'scripts/docs/site.test.mjs'],
    timeout: 25,
    targets: ['emulator', 'server', ...LIBRARY],
    tools: ['chrome'],
  },
  package: {
    title: 'the built library as a package: types, public API, size, schematics',
    command: ['node', 'scripts/package-checks/index.mjs'],
    only: (checks) => ['node', 'scripts/package-checks/index.mjs', ...checks],
    timeout: 15,
    targets: LIBRARY,
  },
  examples: playwrightSuite('e2e/examples/playwright.config.ts', {
    title: 'the examples that are pages, in Chromium',
    timeout: 25,
    targets: ['emulator', 'server'],
    tools: ['chrome'],
  }),
  'five-minutes': {
    title: 'the README’s "Your app in five minutes", as it stands, timed',
    command: ['node', 'e2e/consumers/five-minutes.mjs'],
    timeout: 20,
    targets: ['emulator', 'server', ...LIBRARY],
    tools: ['chrome'],
  },
  emulator: jasmineSuite('emulator', {
    title: 'the emulator, by its API',
    timeout: 20,
    targets: ['emulator'],
    tools: ['pythonSdk'],
  }),
  'server-quota': jasmineSuite('server', {
    title: 'the server’s quota, with Redis, Sentinel and Cluster, and with random faults',
    script: 'test:quota',
    config: 'jasmine.quota.json',
    timeout: 20,
    targets: ['server'],
    tools: ['redis'],
  }),
  'server-package': jasmineSuite('server', {
    title:
      'the packed server in an empty folder, its Dockerfile step by step, and the guide to embedding',
    script: 'test:package',
    config: 'jasmine.package.json',
    timeout: 20,
    targets: ['server'],
  }),
  clients: jasmineSuite('examples/test', {
    title: 'the examples in other languages, one contract for each',
    timeout: 20,
    targets: ['emulator', 'server'],
    tools: ['ruby', 'php', 'python', 'java', 'go', 'mono', 'socat'],
  }),
  'emulator-package': jasmineSuite('emulator', {
    title: 'the packed emulator in an empty folder, and its Dockerfile step by step',
    script: 'test:package',
    config: 'jasmine.package.json',
    timeout: 20,
    targets: ['emulator'],
  }),
  lint: {
    title: 'oxlint, and ESLint for Angular’s rules',
    command: ['npm', 'run', '--silent', 'lint'],
    timeout: 15,
    targets: LIBRARY,
  },
  types: {
    title: 'the types of specs and browser tests',
    command: ['node', 'scripts/check-types.mjs'],
    timeout: 15,
    targets: LIBRARY,
  },
  merchant: jasmineSuite('examples/merchant-api', {
    title: 'the example of an app’s own backend, with PostgreSQL',
    timeout: 10,
    targets: ['server'],
    tools: ['postgres'],
  }),
  demo: karmaSuite('demo', {
    title: "the demo's components, in Chromium",
    timeout: 15,
    targets: LIBRARY,
    tools: ['chrome'],
  }),
  docs: {
    title: 'snippets, commands and links in the documentation',
    command: ['node', 'scripts/check-docs.mjs'],
    timeout: 5,
    targets: LIBRARY,
  },
};
