import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../src/index.js';
import { DataFile } from '../src/persistence/data-file.js';
import { endProgramsAfterEach, runProgram } from './program.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, sdkFor } from './support.js';

/** Starting a program takes seconds on a busy machine. */
const TIMEOUT = 60_000;

describe('a data file', () => {
  let folder: string;
  let dataFile: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargebee-emulator-'));
    dataFile = join(folder, 'data.json');
  });
  // Hooks run in reverse order: the folder is removed when nothing writes to it any more.
  afterEach(() => rm(folder, { recursive: true }));
  closeEmulatorsAfterEach();
  endProgramsAfterEach();

  it('restores everything after a restart', async () => {
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

  it('restores URLs with the emulator’s current address', async () => {
    const first = await startEmulator({ port: 0, dataFile });
    const customer = { id: 'juniper-bakery' };
    const { portal_session } = await sdkFor(first).portalSession.create({ customer });
    const { hosted_page } = await sdkFor(first).hostedPage.managePaymentSources({ customer });
    await first.close();
    expect(portal_session.access_url).toBe(`${first.url}/portal/access/${portal_session.token}`);
    // Files of earlier versions contain the URLs too.
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
    'contains every change that was confirmed before the emulator is killed',
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
    'is intact whenever the emulator is killed',
    async () => {
      const program = runProgram(['--port', '0', '--data', dataFile]);
      const url = await program.ready;
      // The process is killed during many writes, so unanswered requests do not matter.
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

  it('is readable only by its owner, and leaves no other files', async () => {
    const emulator = await emulatorForSpec({ dataFile });
    await sdkFor(emulator).customer.create({ id: 'kept' });
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);
    expect((await stat(`${dataFile}.log`)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual([
      'data.json',
      'data.json.lock',
      'data.json.log',
    ]);
    await emulator.close();
    expect(await readdir(folder)).toEqual(['data.json']);
  });

  describe('with a log of changes', () => {
    /** Copies the folder's current files, which is what a killed emulator would leave. */
    async function copyFolder(): Promise<string> {
      const copy = join(folder, 'copy.json');
      await copyFile(dataFile, copy);
      await copyFile(`${dataFile}.log`, `${copy}.log`);
      return copy;
    }

    it('grows by the size of a change, not of the data', async () => {
      const emulator = await emulatorForSpec({ dataFile });
      const sizes: number[] = [];
      for (const id of ['first', 'second', 'third']) {
        await sdkFor(emulator).customer.create({ id });
        sizes.push((await stat(`${dataFile}.log`)).size);
      }
      const [first = 0, second = 0, third = 0] = sizes;
      expect(second - first).toBeGreaterThan(100);
      expect(third - second).toBeLessThan(5000);
      expect((await stat(dataFile)).size).toBeGreaterThan(50_000);
    });

    it('restores what was added, changed, deleted and recreated, in order', async () => {
      const emulator = await emulatorForSpec({ dataFile });
      const sdk = sdkFor(emulator);
      await sdk.customer.create({ id: 'kept' });
      await sdk.customer.create({ id: 'gone' });
      await sdk.customer.update('juniper-bakery', { phone: '42' });
      await sdk.customer.delete('gone');
      await sdk.customer.delete('atlas-freight');
      await sdk.customer.create({ id: 'atlas-freight' });
      const before = emulator.store.snapshot();
      const { store } = await emulatorForSpec({ dataFile: await copyFolder() });
      expect(store.snapshot()).toEqual(before);
    });

    it('is ignored without its file, which is rewritten if it was deleted', async () => {
      const emulator = await emulatorForSpec({ dataFile });
      await sdkFor(emulator).customer.create({ id: 'kept' });
      await rm(dataFile);
      await sdkFor(emulator).customer.create({ id: 'later' });
      const copy = join(folder, 'copy.json');
      await copyFile(dataFile, copy);
      const { store } = await emulatorForSpec({ dataFile: copy });
      for (const id of ['kept', 'later']) expect(store.customers.get(id)).toBeDefined();
    });

    it('ignores a truncated save', async () => {
      const emulator = await emulatorForSpec({ dataFile });
      await sdkFor(emulator).customer.create({ id: 'kept' });
      const whole = await readFile(`${dataFile}.log`);
      await sdkFor(emulator).customer.create({ id: 'cut' });
      const copy = await copyFolder();
      const all = await readFile(`${copy}.log`);
      for (const length of [whole.length, whole.length + 1, all.length - 2]) {
        await copyFile(dataFile, copy);
        await writeFile(`${copy}.log`, all.subarray(0, length));
        const second = await startEmulator({ port: 0, dataFile: copy });
        expect(second.store.customers.get('kept')).toBeDefined();
        expect(second.store.customers.get('cut')).toBeUndefined();
        await second.close();
      }
    });

    for (const [what, line] of [
      ['that is invalid JSON', '[["customers","put"'],
      ['that has an invalid resource', '[["customers","put",{"id":"bad"}]]'],
    ]) {
      it(`is rejected with a line ${what}, and left unchanged`, async () => {
        const emulator = await emulatorForSpec({ dataFile });
        await sdkFor(emulator).customer.create({ id: 'kept' });
        const copy = await copyFolder();
        const [header, ...lines] = (await readFile(`${copy}.log`, 'utf8')).split('\n');
        const text = [header, line, ...lines].join('\n');
        await writeFile(`${copy}.log`, text);
        await expectAsync(startEmulator({ port: 0, dataFile: copy })).toBeRejectedWithError(
          /Line 2 of .*copy\.json\.log cannot be read/,
        );
        expect(await readFile(`${copy}.log`, 'utf8')).toBe(text);
      });
    }

    it('is rejected when it cannot be read', async () => {
      const emulator = await startEmulator({ port: 0, dataFile });
      await emulator.close();
      await mkdir(`${dataFile}.log`);
      await expectAsync(startEmulator({ port: 0, dataFile })).toBeRejectedWithError(
        /data\.json\.log cannot be read/,
      );
    });

    it('ignores the log of another file', async () => {
      const emulator = await emulatorForSpec({ dataFile });
      await sdkFor(emulator).customer.create({ id: 'other' });
      const copy = await copyFolder();
      const file = JSON.parse(await readFile(copy, 'utf8')) as { name: string };
      await writeFile(copy, JSON.stringify({ ...file, name: 'another' }));
      const { store } = await emulatorForSpec({ dataFile: copy });
      expect(store.customers.get('other')).toBeUndefined();
    });

    it('restarts the log when it is long', async () => {
      const emulator = await emulatorForSpec({ dataFile });
      const before = await readFile(dataFile, 'utf8');
      const value = 'x'.repeat(60_000);
      for (let i = 0; i < 20; i++) {
        await sdkFor(emulator, { enableValidation: false }).customer.create({
          id: `long-${i}`,
          meta_data: { value },
        });
      }
      expect((await stat(`${dataFile}.log`)).size).toBeLessThan(1_500_000);
      expect(await readFile(dataFile, 'utf8')).not.toBe(before);
      const copy = await copyFolder();
      const { store } = await emulatorForSpec({ dataFile: copy });
      for (let i = 0; i < 20; i++) expect(store.customers.get(`long-${i}`)).toBeDefined();
    });
  });

  it('is locked for a second emulator until the first ends', async () => {
    const first = await startEmulator({ port: 0, dataFile });
    await expectAsync(startEmulator({ port: 0, dataFile })).toBeRejectedWithError(
      /data\.json is in use by another emulator \(process \d+\)/,
    );
    await first.close();
    await emulatorForSpec({ dataFile });
  });

  it('is taken over from a killed emulator, even one with the same process id', async () => {
    const { pid = 0 } = spawnSync(process.execPath, ['--version']);
    for (const owner of [pid, process.pid]) {
      await writeFile(`${dataFile}.lock`, String(owner));
      await (await startEmulator({ port: 0, dataFile })).close();
    }
    expect(await readdir(folder)).toEqual(['data.json']);
  });

  it('is not touched by an emulator whose port is in use', async () => {
    const { url } = await emulatorForSpec();
    const port = Number(new URL(url).port);
    await expectAsync(startEmulator({ port, dataFile })).toBeRejectedWithError(/EADDRINUSE/);
    expect(await readdir(folder)).toEqual([]);
    await (await startEmulator({ port: 0, dataFile })).close();
    const before = await stat(dataFile);
    await expectAsync(startEmulator({ port, dataFile })).toBeRejectedWithError(/EADDRINUSE/);
    expect((await stat(dataFile)).mtimeMs).toBe(before.mtimeMs);
    expect(await readdir(folder)).toEqual(['data.json']);
  });

  it('is read only while it is locked', async () => {
    const first = await startEmulator({ port: 0, dataFile });
    const load = spyOn(DataFile.prototype, 'load').and.callThrough();
    await expectAsync(startEmulator({ port: 0, dataFile })).toBeRejectedWithError(/in use/);
    expect(load).not.toHaveBeenCalled();
    await first.close();
  });

  it('is taken over from a killed emulator by only one of two others', async () => {
    const lock = `${dataFile}.lock`;
    const { pid = 0 } = spawnSync(process.execPath, ['--version']);
    await writeFile(lock, String(pid));
    // The other emulator takes it over just after this one has found that the killed process does not run.
    const kill = process.kill.bind(process);
    spyOn(process, 'kill').and.callFake((asked, signal) => {
      if (asked === pid) writeFileSync(lock, String(process.ppid));
      return kill(asked, signal);
    });
    await expectAsync(startEmulator({ port: 0, dataFile })).toBeRejectedWithError(
      new RegExp(`in use by another emulator \\(process ${process.ppid}\\)`),
    );
    expect(await readFile(lock, 'utf8')).toBe(String(process.ppid));
    expect(await readdir(folder)).toEqual(['data.json.lock']);
  });

  it('is locked before the process id has been written into the lock', async () => {
    const lock = `${dataFile}.lock`;
    await writeFile(lock, '');
    setTimeout(() => writeFileSync(lock, String(process.ppid)), 20);
    await expectAsync(startEmulator({ port: 0, dataFile })).toBeRejectedWithError(/in use/);
  });

  it('is cleaned of files that killed emulators left, and of nothing else', async () => {
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
    expect((await readdir(folder)).sort()).toEqual(
      ['data.json', 'data.json.lock', ...others].sort(),
    );
  });

  const foreign: [string, text: string][] = [
    ['something else', '{"my": "work"}'],
    ['invalid JSON', 'half a fi'],
    [
      'of a later version',
      '{"format":"chargebee-emulator","version":2,"site":"acme-test","tables":{}}',
    ],
  ];
  for (const [what, text] of foreign) {
    it(`that is ${what} is rejected and left unchanged`, async () => {
      await writeFile(dataFile, text);
      await expectAsync(startEmulator({ port: 0, dataFile })).toBeRejectedWithError(
        /not a data file of chargebee-emulator/,
      );
      expect(await readFile(dataFile, 'utf8')).toBe(text);
    });
  }

  it('of another site is rejected', async () => {
    await (await startEmulator({ port: 0, dataFile })).close();
    await expectAsync(startEmulator({ port: 0, dataFile, site: 'other' })).toBeRejectedWithError(
      /is of the site acme-test, not of other/,
    );
  });

  it('that cannot be read or written is rejected at start', async () => {
    await expectAsync(startEmulator({ port: 0, dataFile: folder })).toBeRejectedWithError(
      /cannot be read/,
    );
    await expectAsync(
      startEmulator({ port: 0, dataFile: join(folder, 'nowhere', 'data.json') }),
    ).toBeRejectedWithError(/cannot be written/);
  });

  it('that can no longer be written makes the request fail', async () => {
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
