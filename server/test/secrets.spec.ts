import { SignJWT } from 'jose';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inAnHour } from './support/identity-provider.js';
import { CREATE, Portal, VIEWER } from './support/portal.js';
import { TestRedis, describeIfRedis } from './support/redis.js';

const SECRETS = ['a secret of thirty-two bytes and more', 'another secret of thirty-two bytes'];

describe('secrets in files', () => {
  let folder: string;
  let version: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-secrets-'));
    version = 0;
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Replaces all files at once, as Kubernetes does: they are links into a folder behind another link, which is swapped. */
  const mount = async (files: Record<string, string>): Promise<void> => {
    version += 1;
    const data = `..data_${version}`;
    await mkdir(join(folder, data));
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(folder, data, name), text);
      await symlink(join('..data', name), join(folder, name)).catch(() => undefined);
    }
    await symlink(data, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  const pathOf = (name: string) => join(folder, name);
  const secretsReloaded = (portal: Portal) =>
    portal.nextLine(({ msg }) => String(msg).startsWith('the secrets were read again'));
  /** Makes Chargebee accept only these keys. Returns the keys that it was called with. */
  const acceptKeys = (portal: Portal, ...accepted: string[]): string[] => {
    const used: string[] = [];
    portal.chargebee.intercept = ({ headers }, response) => {
      const [, encoded = ''] = (headers.authorization ?? '').split(' ');
      const key = Buffer.from(encoded, 'base64').toString().replace(/:$/, '');
      used.push(key);
      if (accepted.includes(key)) return false;
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'no', api_error_code: 'api_authentication_failed' }));
      return true;
    };
    return used;
  };
  const codeOf = async (portal: Portal, input: object = {}) => {
    const { data, errors } = await portal.graphql(CREATE, { input });
    return errors ? errors[0]?.extensions.code : data?.createPortalSession?.id;
  };

  it('take effect when they change, and replays still work after a rotation of the API key', async () => {
    await mount({ key: 'old_key', idempotency: SECRETS[0] ?? '' });
    const portal = await Portal.start({
      CHARGEBEE_API_KEY: undefined,
      CHARGEBEE_API_KEY_FILE: pathOf('key'),
      IDEMPOTENCY_SECRET_FILE: pathOf('idempotency'),
    });
    const used = acceptKeys(portal, 'old_key', 'new_key');
    const click = { idempotencyKey: 'click-1' };
    const first = await codeOf(portal, click);
    const changed = secretsReloaded(portal);
    await mount({ key: 'new_key', idempotency: SECRETS[0] ?? '' });
    await changed;
    expect(await codeOf(portal, click)).toBe(first);
    expect(new Set(used)).toEqual(new Set(['old_key', 'new_key']));
    expect(used.at(-1)).toBe('new_key');
    expect(portal.logText()).not.toMatch(/old_key|new_key|thirty-two/);
    await portal.stop();
  });

  for (const invalid of ['two words', '{"api-key":"new_key"}', 'CHARGEBEE_API_KEY=new_key']) {
    it(`stay in use when the file changes to ${invalid}, which the log does not contain`, async () => {
      await mount({ key: 'old_key' });
      const portal = await Portal.start({
        CHARGEBEE_API_KEY: undefined,
        CHARGEBEE_API_KEY_FILE: pathOf('key'),
      });
      const used = acceptKeys(portal, 'old_key');
      const refused = portal.nextLine(({ level }) => level === 'error');
      await mount({ key: invalid });
      expect((await refused).faults).toEqual([
        jasmine.stringMatching(/^CHARGEBEE_API_KEY_FILE names a file whose content/),
      ]);
      expect(await codeOf(portal)).toMatch(/^portal_/);
      expect(used).toEqual(['old_key']);
      expect(portal.logText()).not.toMatch(/two words|new_key/);
      await portal.stop();
    });
  }

  it('may contain two API keys, of which the second is used when the first is refused', async () => {
    const portal = await Portal.start({ CHARGEBEE_API_KEY: 'new_key\nold_key' });
    const used = acceptKeys(portal, 'old_key');
    expect(await codeOf(portal)).toMatch(/^portal_/);
    expect(used).toEqual(['new_key', 'old_key']);
    // The next call uses the accepted key.
    expect(await codeOf(portal)).toMatch(/^portal_/);
    expect(used).toEqual(['new_key', 'old_key', 'old_key']);
    // The old key is revoked at Chargebee, and the new one is active.
    acceptKeys(portal, 'new_key');
    expect(await codeOf(portal)).toMatch(/^portal_/);
    acceptKeys(portal);
    expect(await codeOf(portal)).toBe('BILLING_MISCONFIGURED');
    await portal.stop();
  });

  describeIfRedis('with Redis', () => {
    it('make the server switch to another Redis when the file with its URL changes', async () => {
      const [first, second] = await Promise.all([TestRedis.start(), TestRedis.start()]);
      await mount({ redis: first.url });
      const portal = await Portal.start({ REDIS_URL_FILE: pathOf('redis') });
      const connected = portal.nextLine(
        ({ msg }) => msg === 'Redis is used with the new configuration now',
      );
      await mount({ redis: second.url });
      await connected;
      await first.remove();
      // The second Redis has no record of the last minute, so no call is made yet.
      expect(await codeOf(portal)).toBe('RATE_LIMITED');
      expect(portal.logText()).not.toContain('Redis is unavailable');
      await portal.stop();
      await second.remove();
    });
  });

  it('make the server reject tokens of the replaced secret, even if they are cached', async () => {
    await mount({ secret: SECRETS[0] ?? '' });
    const portal = await Portal.start({
      AUTH_JWKS_URL: undefined,
      AUTH_ISSUER: undefined,
      AUTH_AUDIENCE: undefined,
      AUTH_JWT_SECRET_FILE: pathOf('secret'),
    });
    const [before, after] = await Promise.all(
      SECRETS.map((secret) =>
        new SignJWT({ sub: 'user-1', exp: inAnHour() })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(secret)),
      ),
    );
    const statuses = async () =>
      Promise.all(
        [before, after].map(
          async (token) => (await portal.graphql(VIEWER, {}, { token: token ?? '' })).status,
        ),
      );
    expect(await statuses()).toEqual([200, 401]);
    const changed = secretsReloaded(portal);
    await mount({ secret: SECRETS[1] ?? '' });
    await changed;
    expect(await statuses()).toEqual([401, 200]);
    await portal.stop();
  });
});
