import { CONFIG_VARIABLES, readConfig } from './config.js';
import type { EmulatorConfig } from './config.js';
import { OPTIONS } from './options.js';

/** A value for the variable of each setting. The type requires an entry for every setting. */
const VALUES: Record<keyof EmulatorConfig, string> = {
  host: '127.0.0.2',
  port: '1',
  publicUrl: 'http://other.example',
  site: 'other',
  apiKey: 'key',
  dataFile: 'data.json',
  seedFile: 'seed.json',
  demoOrigins: 'http://demo.example',
  allowedOrigins: 'http://allowed.example',
  strict: 'true',
  allowRemote: 'true',
  allowedHosts: 'host',
  requestsPerMinute: '2',
  maxConcurrency: '3',
  webhooks: 'http://hooks.example/',
  webhookRetryDelays: '4',
  webhookTimeout: '5',
};

describe('the options', () => {
  it('cover every variable and every option of startEmulator', () => {
    const variables = OPTIONS.map(({ variable }) => variable);
    expect(variables.slice().sort()).toEqual([...CONFIG_VARIABLES].sort());
    const properties = OPTIONS.map(({ property }) => property);
    expect(properties.slice().sort()).toEqual(Object.keys(VALUES).sort());
    expect(new Set(OPTIONS.map(({ flag }) => flag)).size).toBe(OPTIONS.length);
  });

  for (const { variable, property, defaultValue } of OPTIONS) {
    it(`map ${variable} to ${property} only, apart from settings that default to it`, () => {
      const defaults = readConfig({});
      const config = readConfig({ [variable]: VALUES[property as keyof EmulatorConfig] });
      const changed = Object.entries(config).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(defaults, name)),
      );
      const expected = property === 'demoOrigins' ? ['demoOrigins', 'allowedOrigins'] : [property];
      expect(changed.map(([name]) => name)).toEqual(expected);
    });

    if (
      /^[\w.:,/-]*[\d_/-][\w.:,/-]*$|^(none|false)$/.test(defaultValue) &&
      defaultValue !== 'those of'
    ) {
      it(`document the default of ${variable}, ${defaultValue}`, () => {
        const documented = { none: '', false: 'false' }[defaultValue] ?? defaultValue;
        expect(readConfig({ [variable]: documented })).toEqual(readConfig({}));
      });
    }
  }
});
