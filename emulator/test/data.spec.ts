import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../src/index.js';
import { endProgramsAfterEach, runProgram } from './program.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, sdkFor } from './support.js';

/** Starting a program through tsx takes seconds on a busy machine. */
const TIMEOUT = 60_000;

describe('a data file', () => {
  closeEmulatorsAfterEach();
  endProgramsAfterEach();

  let folder: string;
  let dataFile: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargebee-emulator-'));
    dataFile = join(folder, 'data.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('brings everything back after a restart', async () => {
    const first = await startEmulator({ port: 0, dataFile });
    await sdkFor(first).customer.create({ id: 'kept' });
    await sdkFor(first).subscription.cancelForItems('juniper-growth');
    const { portal_session } = await sdkFor(first).portalSession.create({
      customer: { id: 'kept' },
    });
    const before = first.store.snapshot();
    await first.close();

    const second = await emulatorForSpec({ dataFile });
    expect(second.store.snapshot()).toEqual(before);
    expect(
      (await sdkFor(second).portalSession.retrieve(portal_session.id)).portal_session.customer_id,
    ).toBe('kept');
  });

  it('has URLs of the address that the emulator has now, whatever it was before', async () => {
    const first = await startEmulator({ port: 0, dataFile });
    const customer = { id: 'juniper-bakery' };
    const { portal_session } = await sdkFor(first).portalSession.create({ customer });
    const { hosted_page } = await sdkFor(first).hostedPage.managePaymentSources({ customer });
    await first.close();
    expect(portal_session.access_url).toBe(`${first.url}/portal/access/${portal_session.token}`);
    // Files of before hold the URLs too.
    const file = JSON.parse(await readFile(dataFile, 'utf8')) as {
      tables: Record<'portal_sessions' | 'hosted_pages', object[]>;
    };
    const { portal_sessions, hosted_pages } = file.tables;
    expect([portal_sessions.length, hosted_pages.length]).toEqual([1, 1]);
    Object.assign(portal_sessions[0] ?? {}, { access_url: 'http://localhost:1/old' });
    Object.assign(hosted_pages[0] ?? {}, { url: 'http://localhost:1/old' });
    await writeFile(dataFile, JSON.stringify(file));

    const second = await emulatorForSpec({ dataFile });
    const sdk = sdkFor(second);
    const session = (await sdk.portalSession.retrieve(portal_session.id)).portal_session;
    expect(session.access_url).toBe(`${second.url}/portal/access/${portal_session.token}`);
    const page = (await sdk.hostedPage.retrieve(hosted_page.id ?? '')).hosted_page;
    expect(page.url).toBe(`${second.url}/pages/v3/${page.id}/`);
    const { list } = await sdk.hostedPage.list();
    expect(list.map((one) => one.hosted_page.url)).toEqual([page.url]);
  });

  it(
    'holds all that was answered when the emulator is killed',
    async () => {
      const program = runProgram(['--port', '0', '--data', dataFile]);
      const url = await program.ready;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => call({ url }, 'POST', '/customers', `id=kept-${i}`)),
      );
      program.process.kill('SIGKILL');
      await program.ended;
      expect(answers.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));

      const { store } = await emulatorForSpec({ dataFile });
      for (let i = 0; i < 20; i++) expect(store.customers.get(`kept-${i}`)).toBeDefined();
    },
    TIMEOUT,
  );

  it(
    'is whole whenever the emulator is killed',
    async () => {
      const program = runProgram(['--port', '0', '--data', dataFile]);
      const url = await program.ready;
      // Killed in the middle of many writes: the answers that do not come are no matter.
      const writes = Array.from({ length: 50 }, (_, i) =>
        call({ url }, 'POST', '/customers', `id=kept-${i}`).catch(() => undefined),
      );
      await Promise.race(writes);
      program.process.kill('SIGKILL');
      await Promise.all([...writes, program.ended]);
      const { store } = await emulatorForSpec({ dataFile });
      expect(store.customers.get('juniper-bakery')).toBeDefined();
    },
    TIMEOUT,
  );

  it('can be read by its owner only, and leaves nothing beside it', async () => {
    const emulator = await emulatorForSpec({ dataFile });
    await sdkFor(emulator).customer.create({ id: 'kept' });
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['data.json']);
  });

  it('is not touched by an emulator that finds its port in use', async () => {
    const first = await emulatorForSpec({ dataFile });
    await sdkFor(first).customer.create({ id: 'kept' });
    const before = await stat(dataFile);
    const port = Number(new URL(first.url).port);
    await expectAsync(startEmulator({ port, dataFile })).toBeRejectedWithError(/EADDRINUSE/);
    expect((await stat(dataFile)).mtimeMs).toBe(before.mtimeMs);
    await rm(dataFile);
    await expectAsync(startEmulator({ port, dataFile })).toBeRejectedWithError(/EADDRINUSE/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is cleared of what killed emulators have left beside it, and of nothing else', async () => {
    const { pid = 0 } = spawnSync(process.execPath, ['--version']);
    const others = [
      `data.json.${process.ppid}.tmp`,
      `other.json.${pid}.tmp`,
      'data.json.tmp',
      `data.json.${pid}.tmp.bak`,
    ];
    for (const name of [...others, `data.json.${pid}.tmp`]) {
      await writeFile(join(folder, name), 'half');
    }
    await emulatorForSpec({ dataFile });
    expect((await readdir(folder)).sort()).toEqual(['data.json', ...others].sort());
  });

  const foreign: [string, text: string][] = [
    ['something else', '{"my": "work"}'],
    ['no JSON', 'half a fi'],
    [
      'of a later version',
      '{"format":"chargebee-emulator","version":2,"site":"acme-test","tables":{}}',
    ],
  ];
  for (const [what, text] of foreign) {
    it(`that is ${what} is refused and left as it is`, async () => {
      await writeFile(dataFile, text);
      await expectAsync(startEmulator({ port: 0, dataFile })).toBeRejectedWithError(
        /not a data file of chargebee-emulator/,
      );
      expect(await readFile(dataFile, 'utf8')).toBe(text);
    });
  }

  it('of another site is refused', async () => {
    await (await startEmulator({ port: 0, dataFile })).close();
    await expectAsync(startEmulator({ port: 0, dataFile, site: 'other' })).toBeRejectedWithError(
      /is of the site acme-test, not of other/,
    );
  });

  it('that cannot be read or written is refused at the start', async () => {
    await expectAsync(startEmulator({ port: 0, dataFile: folder })).toBeRejectedWithError(
      /cannot be read/,
    );
    await expectAsync(
      startEmulator({ port: 0, dataFile: join(folder, 'nowhere', 'data.json') }),
    ).toBeRejectedWithError(/cannot be written/);
  });

  it('that cannot be written any more makes the answer a failure', async () => {
    const errors = spyOn(console, 'error');
    const inside = join(folder, 'inside');
    await mkdir(inside);
    const emulator = await startEmulator({ port: 0, dataFile: join(inside, 'data.json') });
    await rm(inside, { recursive: true });
    const answer = await call(emulator, 'POST', '/customers', 'id=lost');
    expect(answer.status).toBe(500);
    expect(errors).toHaveBeenCalled();
    await expectAsync(emulator.close()).toBeRejectedWithError(/cannot be written/);
  });
});
