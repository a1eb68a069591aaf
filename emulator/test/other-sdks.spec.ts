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
      if (spawnSync('sh', ['-c', check], { cwd: folder }).status !== 0) {
        pending(`the runtime or the SDK of ${name} is not installed`);
      }
      const { url } = await emulatorForSpec();
      const env = { ...process.env, EMULATOR_PORT: new URL(url).port };
      const { stdout } = await promisify(execFile)('sh', ['-c', run], {
        ...{ cwd: folder, env, timeout: 120_000 },
      });
      expect(stdout).toContain('Juniper Bakery');
    }, 130_000);
  }

  it('call the emulator by the address that they build from site and domain', async () => {
    const { port } = new URL((await emulatorForSpec()).url);
    const [site, domain] = ['127', `0.0.1:${port}`];
    const answer = await fetch(`http://${site}.${domain}/api/v2/customers/juniper-bakery`, {
      headers: { authorization: `Basic ${btoa('test_emulator_key')}` },
    });
    expect(answer.status).toBe(200);
  });
});

/** Removes spaces and quotes from a text, and replaces the programs’ lookup of the port with the guide’s port. */
const normalise = (text: string): string =>
  text
    .replaceAll(
      /\{port\}|#\{ENV\.fetch\('EMULATOR_PORT'\)\}|['"]? *[.+] *(os\.Getenv|getenv|System\.getenv)\(['"]EMULATOR_PORT['"]\)( *\+ *['"])?/g,
      '4010',
    )
    .replaceAll(/\bf(?=['"])/g, '')
    .replaceAll(/[\s'"]/g, '');
