import type { FastifyBaseLogger } from 'fastify';
import { createBackend, type Backend } from '../backend.js';
import { loadConfig, type Config, type ProxyConfig } from '../config/config.js';
import { ConfigurationError, type Environment } from '../config/environment.js';
import { assertListenable } from '../config/listen.js';
import { PortalError } from '../errors.js';
import { UpstreamError } from '../gateway/upstream-error.js';
import { validityFaultOf, readTlsFiles } from '../http/tls.js';
import { createBearerAuthentication } from '../identity/bearer.js';
import { redactNoProxy } from '../network/no-proxy.js';
import { describeError } from '../observability/logger.js';
import { PortalMetrics } from '../observability/metrics.js';
import { checkTracing } from '../observability/tracing.js';
import type { Caller } from '../portal/request.js';
import { explainToken } from './explain-token.js';
import { Report } from './report.js';

export interface CheckOptions {
  env: Environment;
  /** A bearer token to explain. */
  token: string | undefined;
  /** A customer to create a session for. */
  customer: string | undefined;
  print: (line: string) => void;
}

/** The id of a session that does not exist: logging it out tests the API key and changes nothing. */
const UNKNOWN_SESSION_ID = 'portal_check_of_the_configuration';

/**
 * Verifies the configuration against the real key set, Redis and Chargebee. Resolves to whether every check passed. Prints
 * no secrets; of a token, it prints only single claims.
 */
export async function check(options: CheckOptions): Promise<boolean> {
  const report = new Report(options.print);
  const config = await load(options.env, report);
  if (!config) return false;
  await checkIdentity(config, options.token, report);
  const metrics = new PortalMetrics();
  // The backend reports why Redis cannot be used in a warning of its log.
  let redisFault: string | undefined;
  const warn = ({ reason }: { reason?: string }) => (redisFault ??= reason);
  const backend = createBackend({
    config,
    logger: { ...SILENT, warn } as FastifyBaseLogger,
    metrics,
    resolveCustomerIds: () => [options.customer ?? 'none'],
    issuerOf: () => undefined,
  });
  try {
    await backend.ready();
    await checkRedis(metrics, redisFault, report);
    await checkChargebee(config, backend, report);
    if (options.customer !== undefined) await checkSession(backend, options.customer, report);
  } finally {
    await backend.close();
  }
  return !report.failed;
}

/** Loads the configuration. Reports its faults and returns undefined if the server would not start with it. */
async function load(env: Environment, report: Report): Promise<Config | undefined> {
  try {
    const config = loadConfig(env);
    const tlsFiles = config.tls && (await readTlsFiles(config.tls));
    await checkTracing(env);
    assertListenable(config);
    report.ok('configuration', `site ${config.chargebee.site}`);
    for (const warning of config.warnings) report.note('configuration', warning);
    const certificateFault = tlsFiles && validityFaultOf(tlsFiles);
    if (certificateFault)
      report.fail('certificate', `that of TLS_CERT_FILE ${certificateFault}; clients refuse it`);
    if (config.proxy) report.note('proxy', describeProxy(config.proxy));
    return config;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const fault of error.faults) report.fail('configuration', fault);
    return undefined;
  }
}

/**
 * Describes the proxies, without their passwords. The operator may not know of them: container images and shells often set these
 * variables for other programs, and the error of a failed connection does not name the proxy.
 */
function describeProxy({ httpsProxy, httpProxy, noProxy }: ProxyConfig): string {
  const urls = [httpsProxy, httpProxy].filter((url) => url !== undefined);
  const origins = [...new Set(urls.map((url) => new URL(url).origin))].join(', ');
  const except = noProxy === undefined ? '' : `, but for NO_PROXY: ${redactNoProxy(noProxy)}`;
  return `${origins} stands in front of Chargebee and the key set (HTTPS_PROXY, HTTP_PROXY)${except}`;
}

/** The details of a key set's warning: the error of a failed fetch, or the key that cannot be used and the reason. */
interface KeySetWarning {
  err?: unknown;
  kid?: string;
  why?: string;
}

async function checkIdentity(
  { identity, proxy, requestDeadlineMs }: Config,
  token: string | undefined,
  report: Report,
): Promise<void> {
  if (!identity) return;
  const { verification } = identity;
  const warn = ({ err, kid, why }: KeySetWarning, message: string) => {
    const detail =
      err === undefined ? why && `${kid ?? 'the one without an id'}: ${why}` : messageOf(err);
    report.fail('key set', detail === undefined ? message : `${message} (${detail})`);
  };
  const bearer = createBearerAuthentication(identity, {
    proxy,
    timeoutMs: requestDeadlineMs,
    logger: { ...SILENT, warn } as FastifyBaseLogger,
    onKeysFailure: () => undefined,
  });
  try {
    await bearer.keys.start();
    if (verification.kind === 'jwks' && bearer.keys.status().usable) {
      // Without the query, which may contain an API key.
      const { origin, pathname } = verification.url;
      report.ok('key set', `fetched from ${origin}${pathname}`);
    }
    if (token !== undefined) await explainToken(token, identity, bearer, report);
  } finally {
    await bearer.keys.close();
  }
}

async function checkRedis(
  metrics: PortalMetrics,
  fault: string | undefined,
  report: Report,
): Promise<void> {
  const gauge = metrics.registry.getSingleMetric('portal_redis_up');
  if (!gauge) {
    report.note('Redis', 'none: quota and limits are those of this process alone (REDIS_URL)');
    return;
  }
  const [value] = (await gauge.get()).values;
  if (value?.value === 1) report.ok('Redis', 'answers');
  else report.fail('Redis', `cannot be used (${fault ?? 'it does not answer'}); see REDIS_URL`);
}

async function checkChargebee(
  { chargebee }: Config,
  { operations }: Backend,
  report: Report,
): Promise<void> {
  const where = chargebee.baseUrl?.origin ?? `https://${chargebee.site}.chargebee.com`;
  try {
    await operations.logoutPortalSession(caller(), UNKNOWN_SESSION_ID);
  } catch (error) {
    const isKeyAccepted = error instanceof PortalError && error.code === 'SESSION_NOT_FOUND';
    if (isKeyAccepted) report.ok('Chargebee', `${where} takes the API key`);
    else report.fail('Chargebee', `${where}: ${failureText(error)}${remedyOf(error)}`);
  }
}

async function checkSession(
  { operations }: Backend,
  customer: string,
  report: Report,
): Promise<void> {
  try {
    const { id } = await operations.createPortalSession(caller(), { customerId: customer });
    report.ok('portal session', `made one of ${customer}`);
    const { status } = await operations.logoutPortalSession(caller(), id);
    report.check('portal session', status === 'logged_out', `its status is ${status}`);
  } catch (error) {
    report.fail('portal session', `of ${customer}: ${failureText(error)}${remedyOf(error)}`);
  }
}

function caller(): Caller {
  return {
    user: { id: 'check of the configuration' },
    request: {
      id: 'check',
      receivedAt: performance.now(),
      ip: undefined,
      device: undefined,
      onDisconnect: () => () => undefined,
    },
  };
}

function failureText(error: unknown): string {
  if (!(error instanceof PortalError)) return messageOf(error);
  const { code, message, cause, retryAfter } = error;
  // Without a cause, our own limits rejected the call; otherwise the cause is Chargebee's response.
  if (code === 'RATE_LIMITED' && cause === undefined) {
    return `was not called: the share of its quota is spent, or Redis does not know the calls of the last minute. Try again in ${retryAfter} seconds`;
  }
  return `${code}: ${message}${cause === undefined ? '' : ` (${messageOf(cause)})`}`;
}

/** Names what to look at. The reader is the operator, whom the errors for callers only mention. */
function remedyOf(error: unknown): string {
  const cause = error instanceof PortalError ? error.cause : undefined;
  if (!(cause instanceof UpstreamError)) return '';
  const { apiErrorCode: code, fault, reason } = cause;
  if (cause.status === 401) return '. Is CHARGEBEE_API_KEY a key of the site in CHARGEBEE_SITE?';
  if (cause.status === 403) return '. Is CHARGEBEE_API_KEY a full-access key?';
  if (code === 'site_not_found' || reason === 'ENOTFOUND') return '. Is CHARGEBEE_SITE right?';
  if (code === 'resource_not_found') return '. Is it a customer of the site in CHARGEBEE_SITE?';
  if (code === 'configuration_incompatible' || code === 'invalid_request')
    return '. Is the portal allowed via API?';
  if (fault === 'connection') return '. Can this machine reach it?';
  return '';
}

/** Returns the message of an error without secrets. */
function messageOf(error: unknown): string {
  const { message, name } = describeError(error) as { message?: string; name?: string };
  return message ?? name ?? 'unknown error';
}

const silent = (): void => undefined;
const SILENT = {
  level: 'silent',
  fatal: silent,
  error: silent,
  warn: silent,
  info: silent,
  debug: silent,
  trace: silent,
  silent,
  child: () => SILENT,
} as unknown as FastifyBaseLogger;
