// The health check of the container: calls `/healthz` of the server on this machine and exits with 0 or 1. Reads the same
// variables as the server.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { EnvironmentReader } from './config/environment.js';

/** The address to call when the server listens on all addresses, or on a name. */
const ADDRESS_BY_HOST: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
  localhost: '127.0.0.1',
};

const env = new EnvironmentReader(process.env);
const host = env.text('HOST') ?? '0.0.0.0';
const options = {
  host: ADDRESS_BY_HOST[host] ?? host,
  port: env.text('PORT') ?? 4000,
  path: '/healthz',
  timeout: 2000,
  // Node's shared agent would use a proxy, with NODE_USE_ENV_PROXY.
  agent: false,
} as const;
const request =
  env.text('TLS_CERT_FILE') === undefined
    ? requestHttp(options)
    : // Not verified: the certificate is issued for the public name, not for this address.
      requestHttps({ ...options, rejectUnauthorized: false });
request
  .once('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .once('timeout', () => process.exit(1))
  .once('error', () => process.exit(1))
  .end();
