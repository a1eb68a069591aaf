import { z } from 'zod';

const origins = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .pipe(
    z.array(
      z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not an origin; give a scheme, a host and maybe a port, such as http://localhost:4200`,
      }),
    ),
  );

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter(Boolean),
);

const count = (most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().max(most));

const DEMO_ORIGINS = 'http://localhost:4200,http://127.0.0.1:4200';

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: count(65_535).default(4010),
  EMULATOR_SITE: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'must be a site name: small letters, digits and dashes')
    .default('acme-test'),
  EMULATOR_API_KEY: z.string().min(1).default('test_emulator_key'),
  EMULATOR_DATA: z.string().min(1).optional(),
  EMULATOR_SEED: z.string().min(1).optional(),
  EMULATOR_DEMO_ORIGINS: origins.default(DEMO_ORIGINS.split(',')),
  EMULATOR_ALLOWED_ORIGINS: origins.optional(),
  EMULATOR_ALLOW_REMOTE: z.enum(['true', 'false'], 'must be true or false').default('false'),
  EMULATOR_ALLOWED_HOSTS: list.default([]),
  EMULATOR_REQUESTS_PER_MINUTE: count(1_000_000).optional(),
  EMULATOR_MAX_CONCURRENCY: count(1_000_000).optional(),
});

/** The environment variables that are read. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(environment.shape);

/** How an emulator is set up. */
export interface EmulatorConfig {
  /** The address it listens on. Anything but a loopback one needs `allowRemote`. */
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** The site's name, and its API key. */
  site: string;
  apiKey: string;
  /** A file that keeps the state; in memory only when not given. */
  dataFile?: string;
  /** A JSON file with the seed that it begins with, and goes back to on a reset. */
  seedFile?: string;
  /** Where the demo runs: these origins may use the identity provider and the controls from a browser. */
  demoOrigins: readonly string[];
  /** The site's allow-listed domains: portal callbacks fire only for pages of these origins. */
  allowedOrigins: readonly string[];
  /** Lets it listen on an address that others can reach. */
  allowRemote: boolean;
  /** Host names by which it may be called, besides localhost and its kin. */
  allowedHosts: readonly string[];
  /** The site's quotas; without them there is none. */
  requestsPerMinute?: number;
  maxConcurrency?: number;
}

/** The set-up that an environment asks for. @throws Error that lists every fault, one a line */
export function readConfig(env: Readonly<Record<string, string | undefined>>): EmulatorConfig {
  // An empty variable is one that is not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { success, data, error } = environment.safeParse(given);
  if (!success) {
    throw new Error(
      error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    );
  }
  return {
    host: data.HOST,
    port: data.PORT,
    site: data.EMULATOR_SITE,
    apiKey: data.EMULATOR_API_KEY,
    ...(data.EMULATOR_DATA ? { dataFile: data.EMULATOR_DATA } : {}),
    ...(data.EMULATOR_SEED ? { seedFile: data.EMULATOR_SEED } : {}),
    demoOrigins: data.EMULATOR_DEMO_ORIGINS,
    allowedOrigins: data.EMULATOR_ALLOWED_ORIGINS ?? data.EMULATOR_DEMO_ORIGINS,
    allowRemote: data.EMULATOR_ALLOW_REMOTE === 'true',
    allowedHosts: data.EMULATOR_ALLOWED_HOSTS,
    ...optional('requestsPerMinute', data.EMULATOR_REQUESTS_PER_MINUTE),
    ...optional('maxConcurrency', data.EMULATOR_MAX_CONCURRENCY),
  };
}

const optional = <K extends string>(
  key: K,
  value: number | undefined,
): Partial<Record<K, number>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, number>);
