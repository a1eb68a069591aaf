import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

interface Sdk {
  /** The name in the guide's table. */
  name: string;
  program: string;
  /** A command that fails when the runtime or the SDK is not installed. */
  check: string;
  run: string;
}

const SDKS: readonly Sdk[] = [
  {
    name: 'Python 3',
    program: 'retrieve_customer.py',
    check: 'python3 -c "from chargebee import Chargebee"',
    run: 'python3 retrieve_customer.py',
  },
  {
    name: 'Python 2',
    program: 'retrieve_customer_2.py',
    // Debian has this version, as a package for its own Python.
    check: '/usr/bin/python3 -c "from chargebee.environment import Environment"',
    run: '/usr/bin/python3 retrieve_customer_2.py',
  },
  {
    name: 'Ruby 2',
    program: 'retrieve_customer.rb',
    check: `ruby -e "require 'chargebee'"`,
    run: 'ruby retrieve_customer.rb',
  },
  {
    name: 'PHP 4',
    program: 'retrieve_customer.php',
    check: 'command -v php && test -f "${COMPOSER_VENDOR_DIR:-vendor}/autoload.php"',
    run: 'php retrieve_customer.php',
  },
  {
    name: 'Go 3',
    program: 'retrieve_customer.go',
    check: 'go list github.com/chargebee/chargebee-go/v3',
    run: 'go run retrieve_customer.go',
  },
  {
    name: 'Java 4',
    program: 'RetrieveCustomer.java',
    check: 'command -v javac && test -n "$CHARGEBEE_CLASSPATH"',
    run: 'java -cp "$CHARGEBEE_CLASSPATH" RetrieveCustomer.java',
  },
];

const folder = fileURLToPath(new URL('sdks/', import.meta.url));
const guide = await readFile(new URL('../../docs/emulator/index.md', import.meta.url), 'utf8');

describe('Chargebee’s SDKs for other languages', () => {
  closeEmulatorsAfterEach();

  for (const { name, program, check, run } of SDKS) {
    it(`is configured as in the guide: ${name}`, async () => {
      const row = guide.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '';
      const settings = [...row.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
      expect(settings.length).toBeGreaterThan(0);
      const source = normalise(await readFile(new URL(`sdks/${program}`, import.meta.url), 'utf8'));
      for (const setting of settings) expect(source).toContain(normalise(setting));
    });

    it(`reaches the emulator: ${name}`, async () => {
      skipWithout(name, check);
      expect(await runProgram(run)).toContain('Juniper Bakery');
    }, 130_000);
  }

  it('walks through an account: Python 2', async () => {
    const { name, check } = SDKS.find((sdk) => sdk.name === 'Python 2')!;
    skipWithout(name, check);
    expect(JSON.parse(await runProgram('/usr/bin/python3 account_2.py'))).toEqual({
      customer: ['python-bakery', 'Python Bakery & Söhne', 'Ulm'],
      customers: ['juniper-bakery', 'python-bakery'],
      pages: [1, 1, true],
      subscription: ['active', [['growth-USD-monthly', 2]], 'payment_due'],
      cancelled: 'non_renewing',
      session: ['created', 'python-bakery'],
      session_after_logout: 'logged_out',
      hosted_page: ['manage_payment_sources', 'created'],
      event: 'python-bakery',
      received: ['customer_created', 'python-bakery'],
      missing: [404, 'resource_not_found'],
      duplicate: [400, 'duplicate_entry', 'id'],
    });
  }, 130_000);

  it('call the emulator by the address that they build from site and domain', async () => {
    const { port } = new URL((await emulatorForSpec()).url);
    const [site, domain] = ['127', `0.0.1:${port}`];
    const answer = await fetch(`http://${site}.${domain}/api/v2/customers/juniper-bakery`, {
      headers: { authorization: `Basic ${btoa('test_emulator_key')}` },
    });
    expect(answer.status).toBe(200);
  });
});

/** Skips the spec if the runtime or the SDK is missing. */
function skipWithout(name: string, check: string): void {
  if (spawnSync('sh', ['-c', check], { cwd: folder }).status !== 0) {
    pending(`the runtime or the SDK of ${name} is not installed`);
  }
}

/** Runs a program of the folder `sdks` with a new emulator. Resolves to its output. */
async function runProgram(command: string): Promise<string> {
  const { url } = await emulatorForSpec();
  const { stdout } = await promisify(execFile)('sh', ['-c', command], {
    cwd: folder,
    env: { ...process.env, EMULATOR_PORT: new URL(url).port },
    timeout: 120_000,
  });
  return stdout;
}

/** Removes spaces and quotes from a text, and replaces the programs’ lookup of the port with the guide’s port. */
const normalise = (text: string): string =>
  text
    .replaceAll(
      /\{port\}|#\{ENV\.fetch\('EMULATOR_PORT'\)\}|['"]? *[.+] *(os\.Getenv|getenv|System\.getenv)\(['"]EMULATOR_PORT['"]\)( *\+ *['"])?/g,
      '4010',
    )
    .replaceAll(/\bf(?=['"])/g, '')
    .replaceAll(/[\s'"]/g, '');
