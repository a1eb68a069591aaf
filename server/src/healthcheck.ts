// Asks the server on this machine whether it is alive, as a container's health check: exits 0 or 1. It goes by the same
// variables as the server.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

const { PORT, TLS_CERT_FILE } = process.env;
const options = { host: '127.0.0.1', port: Number(PORT ?? 4000), path: '/healthz', timeout: 2000 };
const request = TLS_CERT_FILE
  ? // The certificate is for the name that callers use, not for this address.
    requestHttps({ ...options, rejectUnauthorized: false })
  : requestHttp(options);
request
  .once('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .once('timeout', () => process.exit(1))
  .once('error', () => process.exit(1))
  .end();
