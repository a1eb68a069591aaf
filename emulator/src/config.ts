import { z } from 'zod';
import { parseWebhook } from './webhooks/endpoint.js';
import type { WebhookInput } from './webhooks/endpoint.js';
import { CHARGEBEE_RETRY_DELAYS } from './webhooks/schedule.js';

/** Splits a comma-separated list. */
const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const origins = z
  .string()
  .transform(splitList)
  .pipe(
    z.array(
      z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not an origin; give a scheme, a host and maybe a port, such as http://localhost:4200`,
      }),
    ),
  );

const hostNames = z
  .string()
  .transform((text) => splitList(text.toLowerCase()))
  .pipe(
    z.array(
      z
        .string()
        .regex(/^([\w.-]+|\[[\da-f:.]+\])$/, 'must be host names, without a scheme or a port'),
    ),
  );

const webhooks = z.string().transform((text, context) => {
  try {
    return splitList(text).map(parseWebhook);
  } catch (error) {
    // Without the input, which may contain a password.
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const MAX_RETRIES = 20;
const MAX_RETRY_DELAY = 30 * 86_400;

const retryDelays = z
  .string()
  .transform((text) => (text === 'none' ? [] : splitList(text).map(Number)))
  .pipe(
    z
      .array(z.int('must be whole seconds, divided by commas, or none').min(0).max(MAX_RETRY_DELAY))
      .max(MAX_RETRIES),
  );

const wholeNumber = (max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().max(max));

const DEMO_ORIGINS = 'http://localhost:4200,http://127.0.0.1:4200';

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(65_535).default(4010),
  EMULATOR_PUBLIC_URL: z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:\/\/[^/]+\/?$/.test(text), {
      error: 'must be an origin, such as http://localhost:4391',
    })
    .transform((text) => new URL(text).origin)
    .optional(),
  EMULATOR_SITE: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'must be a site name: small letters, digits and dashes')
    .default('acme-test'),
  EMULATOR_API_KEY: z.string().min(1).default('test_emulator_key'),
  EMULATOR_DATA: z.string().min(1).optional(),
  EMULATOR_SEED: z.string().min(1).optional(),
  EMULATOR_DEMO_ORIGINS: origins.default(DEMO_ORIGINS.split(',')),
  EMULATOR_ALLOWED_ORIGINS: origins.optional(),
  EMULATOR_STRICT: z.enum(['true', 'false'], 'must be true or false').default('false'),
  EMULATOR_ALLOW_REMOTE: z.enum(['true', 'false'], 'must be true or false').default('false'),
  EMULATOR_ALLOWED_HOSTS: hostNames.default([]),
  EMULATOR_REQUESTS_PER_MINUTE: wholeNumber(1_000_000).optional(),
  EMULATOR_MAX_CONCURRENCY: wholeNumber(1_000_000).optional(),
  EMULATOR_WEBHOOK_URLS: webhooks.default([]),
  EMULATOR_WEBHOOK_RETRY_DELAYS: retryDelays.default([...CHARGEBEE_RETRY_DELAYS]),
  EMULATOR_WEBHOOK_TIMEOUT_MS: wholeNumber(600_000).default(20_000),
});

/** The names of all environment variables. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(environment.shape);

/** The configuration of an emulator. */
export interface EmulatorConfig {
  /** The address to listen on. Any address other than a loopback address requires `allowRemote`. */
  host: string;
  /** The port to listen on; 0 selects a free one. */
  port: number;
  /** The origin of links; by default that of the request. */
  publicUrl?: string;
  /** The name of the site. */
  site: string;
  /** The site's API key. */
  apiKey: string;
  /** The file that persists the state. Without one, the state is in memory only. */
  dataFile?: string;
  /** A JSON file with the seed for the start and for each reset. */
  seedFile?: string;
  /** Origins whose pages may use the identity provider and the control API. */
  demoOrigins: readonly string[];
  /** The site's allow-listed domains: portal callbacks fire only on pages of these origins. */
  allowedOrigins: readonly string[];
  /** Rejects parameters that Chargebee supports and the emulator ignores. */
  strict: boolean;
  /** Allows listening on an address that other machines can reach. */
  allowRemote: boolean;
  /** Host names to accept, in addition to localhost, loopback addresses and `host`. */
  allowedHosts: readonly string[];
  /** The maximum number of API calls in any 60 seconds; unlimited by default. */
  requestsPerMinute?: number;
  /** The maximum number of concurrent API calls, for GET and POST each; unlimited by default. */
  maxConcurrency?: number;
  /** The webhook endpoints that events are sent to; at most five. */
  webhooks: readonly WebhookInput[];
  /** The delays before the retries of a failed delivery, in seconds on the emulator's clock; by default those of Chargebee. */
  webhookRetryDelays: readonly number[];
  /** The timeout of a delivery in milliseconds. */
  webhookTimeout: number;
}

/** Parses environment variables. @throws Error with one line per invalid variable */
export function readConfig(env: Readonly<Record<string, string | undefined>>): EmulatorConfig {
  // An empty variable counts as not set.
  const nonEmpty = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { success, data, error } = environment.safeParse(nonEmpty);
  if (!success) {
    throw new Error(
      // Only the variable's name, without the index in its list: it is replaced by the option's on the command line.
      error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`).join('\n'),
    );
  }
  return {
    host: data.HOST,
    port: data.PORT,
    site: data.EMULATOR_SITE,
    apiKey: data.EMULATOR_API_KEY,
    ...optional('publicUrl', data.EMULATOR_PUBLIC_URL),
    ...optional('dataFile', data.EMULATOR_DATA),
    ...optional('seedFile', data.EMULATOR_SEED),
    demoOrigins: data.EMULATOR_DEMO_ORIGINS,
    allowedOrigins: data.EMULATOR_ALLOWED_ORIGINS ?? data.EMULATOR_DEMO_ORIGINS,
    strict: data.EMULATOR_STRICT === 'true',
    allowRemote: data.EMULATOR_ALLOW_REMOTE === 'true',
    allowedHosts: data.EMULATOR_ALLOWED_HOSTS,
    ...optional('requestsPerMinute', data.EMULATOR_REQUESTS_PER_MINUTE),
    ...optional('maxConcurrency', data.EMULATOR_MAX_CONCURRENCY),
    webhooks: data.EMULATOR_WEBHOOK_URLS,
    webhookRetryDelays: data.EMULATOR_WEBHOOK_RETRY_DELAYS,
    webhookTimeout: data.EMULATOR_WEBHOOK_TIMEOUT_MS,
  };
}

/** Returns the property to spread into an object, or nothing if the value is undefined. */
const optional = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);
