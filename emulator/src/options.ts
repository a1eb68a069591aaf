/** A setting of the emulator: a command line option, an environment variable and an option of `startEmulator`. */
export interface Option {
  /** The name of the command line option, without the dashes. */
  flag: string;
  variable: string;
  /** The name of the option of `startEmulator`. */
  property: string;
  /** The placeholder of its value in the help; absent for boolean options. */
  value?: string;
  description: string;
  /** The default, as the help shows it. */
  defaultValue: string;
}

/** All settings. The command line parser, its help and the table in the guide are generated from this list. */
export const OPTIONS: readonly Option[] = [
  {
    flag: 'port',
    variable: 'PORT',
    property: 'port',
    value: 'number',
    description: 'the port to listen on; 0 selects a free one',
    defaultValue: '4010',
  },
  {
    flag: 'host',
    variable: 'HOST',
    property: 'host',
    value: 'address',
    description:
      'the address to listen on; any other than a loopback address requires allow-remote',
    defaultValue: '127.0.0.1',
  },
  {
    flag: 'public-url',
    variable: 'EMULATOR_PUBLIC_URL',
    property: 'publicUrl',
    value: 'url',
    description:
      'the origin of links, if browsers reach the emulator at another address than programs do',
    defaultValue: 'that of the request',
  },
  {
    flag: 'data',
    variable: 'EMULATOR_DATA',
    property: 'dataFile',
    value: 'file',
    description: 'the file that keeps the state after a restart or a crash',
    defaultValue: 'in memory only',
  },
  {
    flag: 'seed',
    variable: 'EMULATOR_SEED',
    property: 'seedFile',
    value: 'file',
    description: 'a JSON file with the initial data',
    defaultValue: 'seven companies',
  },
  {
    flag: 'site',
    variable: 'EMULATOR_SITE',
    property: 'site',
    value: 'name',
    description: "the site's name",
    defaultValue: 'acme-test',
  },
  {
    flag: 'api-key',
    variable: 'EMULATOR_API_KEY',
    property: 'apiKey',
    value: 'key',
    description: "the site's API key",
    defaultValue: 'test_emulator_key',
  },
  {
    flag: 'webhook-urls',
    variable: 'EMULATOR_WEBHOOK_URLS',
    property: 'webhooks',
    value: 'urls',
    description:
      'the URLs that events are sent to, with user:password@ for Basic authentication; at most five',
    defaultValue: 'none',
  },
  {
    flag: 'webhook-retry-delays',
    variable: 'EMULATOR_WEBHOOK_RETRY_DELAYS',
    property: 'webhookRetryDelays',
    value: 'seconds',
    description:
      'the delays in seconds before the retries of a failed delivery; none for no retries',
    defaultValue: '120,360,1800,3600,18000,86400,172800',
  },
  {
    flag: 'webhook-timeout-ms',
    variable: 'EMULATOR_WEBHOOK_TIMEOUT_MS',
    property: 'webhookTimeout',
    value: 'number',
    description: 'the timeout of a delivery',
    defaultValue: '20000',
  },
  {
    flag: 'demo-origins',
    variable: 'EMULATOR_DEMO_ORIGINS',
    property: 'demoOrigins',
    value: 'origins',
    description: 'origins whose pages may use the identity provider and the control API',
    defaultValue: 'http://localhost:4200,http://127.0.0.1:4200',
  },
  {
    flag: 'allowed-origins',
    variable: 'EMULATOR_ALLOWED_ORIGINS',
    property: 'allowedOrigins',
    value: 'origins',
    description: 'origins on whose pages portal callbacks fire',
    defaultValue: 'those of demo-origins',
  },
  {
    flag: 'requests-per-minute',
    variable: 'EMULATOR_REQUESTS_PER_MINUTE',
    property: 'requestsPerMinute',
    value: 'number',
    description: 'the maximum number of API calls in any 60 seconds',
    defaultValue: 'no quota',
  },
  {
    flag: 'max-concurrency',
    variable: 'EMULATOR_MAX_CONCURRENCY',
    property: 'maxConcurrency',
    value: 'number',
    description: 'the maximum number of concurrent API calls, for GET and POST each',
    defaultValue: 'no quota',
  },
  {
    flag: 'strict',
    variable: 'EMULATOR_STRICT',
    property: 'strict',
    description: 'rejects parameters that Chargebee supports and the emulator ignores',
    defaultValue: 'false',
  },
  {
    flag: 'allow-remote',
    variable: 'EMULATOR_ALLOW_REMOTE',
    property: 'allowRemote',
    description:
      'allows listening on an address that other machines can reach, which can then control the emulator',
    defaultValue: 'false',
  },
  {
    flag: 'allowed-hosts',
    variable: 'EMULATOR_ALLOWED_HOSTS',
    property: 'allowedHosts',
    value: 'names',
    description: 'host names to accept, in addition to localhost, loopback addresses and host',
    defaultValue: 'none',
  },
];

/** Returns the settings as a Markdown table. */
export function optionsTable(): string {
  const rows = OPTIONS.map(
    ({ flag, variable, property, description, defaultValue }) =>
      `| \`--${flag}\` | \`${variable}\` | \`${property}\` | ${description} | \`${defaultValue}\` |`,
  );
  return [
    '| option | variable | of `startEmulator` | meaning | default |',
    '|---|---|---|---|---|',
    ...rows,
  ]
    .map((row) => `${row}\n`)
    .join('');
}
