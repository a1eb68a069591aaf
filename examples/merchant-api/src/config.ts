/** The configuration of the merchant's backend, from environment variables. The defaults work with `npm start` at the root. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** The origins of the pages that may call the API. */
  readonly corsOrigins: string[];
  /** The URL of a PostgreSQL database. Without it, an embedded database stores its files in `dataFolder`. */
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string | undefined;
  readonly chargebee: { readonly site: string; readonly apiKey: string; readonly baseUrl: URL };
  /** The credentials that Chargebee sends with each webhook (Basic authentication). */
  readonly webhook: { readonly username: string; readonly password: string };
  readonly auth: { readonly jwksUrl: URL; readonly issuer: string; readonly audience: string };
  /** How often all data is read from Chargebee's API, in case webhooks were lost. 0 for never. */
  readonly reconcileSeconds: number;
  /** Whether this API includes the portal's mutations. Otherwise a separate chargebee-portal-server provides them. */
  readonly embedPortal: boolean;
}

type Environment = Record<string, string | undefined>;

/**
 * Reads the configuration.
 * @throws {Error} that names the invalid variable and the values it accepts
 */
export function readConfig(variables: Environment): Config {
  // Compose files pass unset variables as empty ones. An empty HOST would listen on all interfaces.
  const env: Environment = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value?.trim()),
  );
  const chargebeeUrl = url(env, 'CHARGEBEE_BASE_URL', 'http://localhost:4010');
  return {
    port: number(env, 'PORT', 4020, 65_535),
    host: env.HOST ?? '127.0.0.1',
    corsOrigins: (env.CORS_ORIGINS ?? 'http://localhost:4200')
      .split(',')
      .map((origin) => origin.trim()),
    databaseUrl: env.DATABASE_URL,
    dataFolder: env.DATA_FOLDER,
    chargebee: {
      site: env.CHARGEBEE_SITE ?? 'acme-test',
      apiKey: env.CHARGEBEE_API_KEY ?? 'test_emulator_key',
      baseUrl: chargebeeUrl,
    },
    webhook: {
      username: env.CHARGEBEE_WEBHOOK_USERNAME ?? 'chargebee',
      password: required(env, 'CHARGEBEE_WEBHOOK_PASSWORD'),
    },
    auth: {
      jwksUrl: url(env, 'AUTH_JWKS_URL', `${chargebeeUrl.origin}/idp/.well-known/jwks.json`),
      issuer: env.AUTH_ISSUER ?? `${chargebeeUrl.origin}/idp`,
      audience: env.AUTH_AUDIENCE ?? 'chargebee-portal-demo',
    },
    reconcileSeconds: number(env, 'RECONCILE_SECONDS', 900, 86_400),
    embedPortal: env.EMBED_PORTAL === 'true',
  };
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`Set ${name}: Chargebee proves by it that a webhook is its own.`);
  return value;
}

function url(env: Environment, name: string, fallback: string): URL {
  const value = env[name] ?? fallback;
  if (!URL.canParse(value)) throw new Error(`${name} must be a URL such as ${fallback}.`);
  return new URL(value);
}

function number(env: Environment, name: string, fallback: number, max: number): number {
  const value = Number(env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new Error(`${name} must be a whole number from 0 to ${max}.`);
  }
  return value;
}
