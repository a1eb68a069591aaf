import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferred } from '../../test/support/deferred.js';
import { ConfigurationError } from './environment.js';
import { reloadSecrets } from './reload-secrets.js';

describe('reloadSecrets', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-reload-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('retries until a fault elsewhere is resolved, and logs the fault once', async () => {
    const file = join(folder, 'key');
    await writeFile(file, 'old');
    const errors: object[] = [];
    const applied = deferred();
    let faults = ['TLS_KEY_FILE names a file that cannot be read (ENOENT)'];
    let loads = 0;
    const secrets = reloadSecrets({
      files: [file],
      load() {
        loads += 1;
        if (loads === 3) faults = [];
        if (faults.length > 0) throw new ConfigurationError(faults);
        return loads;
      },
      apply: () => applied.resolve(),
      logger: {
        info: () => undefined,
        warn: () => undefined,
        error: (facts: object) => void errors.push(facts),
      },
      retryAfterMs: 20,
    });
    await writeFile(file, 'new');
    await applied.promise;
    expect(errors).toEqual([{ faults: [jasmine.stringMatching(/^TLS_KEY_FILE/)] }]);
    const { length } = errors;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([loads, errors.length]).toEqual([3, length]);
    secrets.close();
  });

  it('does not read a pipe again, which would block the process when nobody writes to it', async () => {
    const file = join(folder, 'key');
    execFileSync('mkfifo', [file]);
    const logged = deferred();
    const errors: object[] = [];
    let loads = 0;
    const secrets = reloadSecrets({
      files: [file],
      load: () => (loads += 1),
      apply: () => logged.resolve(),
      logger: {
        info: () => undefined,
        warn: () => undefined,
        error(facts: object) {
          errors.push(facts);
          logged.resolve();
        },
      },
    });
    await utimes(file, new Date(), new Date());
    await logged.promise;
    expect(loads).toBe(0);
    expect(errors).toEqual([
      { err: jasmine.objectContaining({ message: jasmine.stringMatching('pipe') }) },
    ]);
    secrets.close();
  });

  it('stops reloading after close()', async () => {
    const file = join(folder, 'key');
    await writeFile(file, 'old');
    const refused = deferred();
    let loads = 0;
    const secrets = reloadSecrets({
      files: [file],
      load() {
        loads += 1;
        throw new Error('no');
      },
      apply: () => undefined,
      logger: { info: () => undefined, warn: () => undefined, error: () => refused.resolve() },
      retryAfterMs: 20,
    });
    await writeFile(file, 'new');
    await refused.promise;
    secrets.close();
    const before = loads;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(loads).toBe(before);
  });
});
