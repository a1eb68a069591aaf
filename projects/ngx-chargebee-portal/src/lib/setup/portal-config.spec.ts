import { FakeChargebee } from '../../../test/fake-chargebee';
import { setup } from '../../../test/setup';
import type { PortalError } from '../portal/portal-error';
import { checkPortalUrl } from './portal-config';

const SECRET = 'token-1';

describe('checkPortalUrl', () => {
  const config = { site: 'acme-test', domain: 'https://billing.example.com' };

  for (const origin of [
    'https://acme-test.chargebee.com',
    'https://acme-test.chargebeeportal.com',
    'https://billing.example.com',
  ]) {
    it(`accepts an address at ${origin}`, () => {
      expect(checkPortalUrl(config, `${origin}/${SECRET}`)).toBe(`${origin}/${SECRET}`);
    });
  }

  it('names both sites in the error for another site, but not the secret', () => {
    let error: PortalError | undefined;
    try {
      checkPortalUrl(config, `https://acme.chargebeeportal.com/portal/access/${SECRET}`);
    } catch (cause) {
      error = cause as PortalError;
    }
    expect(error?.code).toBe('SITE_MISMATCH');
    expect(error?.message).toContain('at https://acme.chargebeeportal.com,');
    expect(error?.message).toContain('the site "acme-test" and the domain');
    expect(error?.message).not.toContain(SECRET);
  });
});

describe('A session of another site', () => {
  afterEach(() => FakeChargebee.uninstall());

  for (const [site, warnings] of [
    ['acme-test', 0],
    ['other', 1],
  ] as const) {
    it(`causes a warning when it is passed to chargebee.js: ${site}`, async () => {
      const warn = spyOn(console, 'warn');
      const { service, backend } = setup();
      backend.overrides = { accessUrl: `https://${site}.chargebeeportal.com/access/${SECRET}` };
      await service.open();
      expect(warn).toHaveBeenCalledTimes(warnings);
      for (const [message] of warn.calls.allArgs()) {
        expect(message).toContain('https://other.chargebeeportal.com');
        expect(message).not.toContain(SECRET);
      }
    });
  }
});
