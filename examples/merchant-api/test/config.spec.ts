import { readConfig } from '../src/config.js';

describe('the configuration', () => {
  it('has its defaults for empty variables, which would listen on all interfaces or never reconcile', () => {
    const required = { CHARGEBEE_WEBHOOK_PASSWORD: 'a password' };
    const names = [
      'HOST',
      'PORT',
      'RECONCILE_SECONDS',
      'CORS_ORIGINS',
      'AUTH_ISSUER',
      'DATA_FOLDER',
    ];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    expect(readConfig({ ...required, ...empty })).toEqual(readConfig(required));
    expect(() => readConfig({ CHARGEBEE_WEBHOOK_PASSWORD: ' ' })).toThrowError(/Set CHARGEBEE_/);
  });

  it('takes origins with spaces between them', () => {
    const { corsOrigins } = readConfig({
      CHARGEBEE_WEBHOOK_PASSWORD: 'a password',
      CORS_ORIGINS: 'https://a.example, https://b.example',
    });
    expect(corsOrigins).toEqual(['https://a.example', 'https://b.example']);
  });
});
