// The programs of the demo and how they are configured: used by `npm start` and by the browser tests.
import { randomUUID } from 'node:crypto';
import { freePort } from './ports.mjs';

/** @typedef {import('./programs.mjs').Program} Program */

/**
 * @typedef {object} Ports
 * @property {number} emulator
 * @property {number} server
 * @property {number} [merchant] 4020 unless given
 * @property {number} demo
 * @property {number} [examples] where an example may open the portal too
 */

/** A free port for each program. */
export async function freeDemoPorts() {
  return {
    emulator: await freePort(),
    server: await freePort(),
    merchant: await freePort(),
    demo: await freePort(),
  };
}

/**
 * The programs of the demo, in the order in which they are started.
 * @param {Ports} ports
 * @param {{ embedded?: boolean }} [options] `embedded`: the portal is part of the merchant's API, and no server runs
 * @returns {{ emulator: Program, server: Program, merchant: Program, demo: Program }}
 */
export function demoPrograms(ports, { embedded = false } = {}) {
  const urls = {
    emulator: `http://localhost:${ports.emulator}`,
    server: `http://localhost:${ports.server}`,
    merchant: `http://localhost:${ports.merchant ?? 4020}`,
    demo: `http://localhost:${ports.demo}`,
  };
  const portalOrigins = [
    urls.demo,
    ...(ports.examples ? [`http://localhost:${ports.examples}`] : []),
  ];
  // Anyone who knows it could write to the merchant's database.
  const webhookPassword = randomUUID();
  const auth = {
    AUTH_JWKS_URL: `${urls.emulator}/idp/.well-known/jwks.json`,
    AUTH_ISSUER: `${urls.emulator}/idp`,
    AUTH_AUDIENCE: 'chargebee-portal-demo',
  };
  const chargebee = {
    CHARGEBEE_SITE: 'acme-test',
    CHARGEBEE_API_KEY: 'test_emulator_key',
    CHARGEBEE_BASE_URL: urls.emulator,
  };
  const listen = (port) => ({ PORT: String(port), HOST: '127.0.0.1' });
  return {
    emulator: {
      name: 'emulator',
      port: ports.emulator,
      url: urls.emulator,
      readyUrl: `${urls.emulator}/idp/.well-known/jwks.json`,
      args: ['emulator/dist/main.js'],
      env: {
        ...listen(ports.emulator),
        EMULATOR_DEMO_ORIGINS: portalOrigins.join(','),
        EMULATOR_ALLOWED_ORIGINS: portalOrigins.join(','),
        EMULATOR_WEBHOOK_URLS: `${urls.merchant.replace('//', `//chargebee:${webhookPassword}@`)}/webhooks/chargebee`,
      },
    },
    server: {
      name: 'server',
      port: ports.server,
      url: `${urls.server}/graphql`,
      readyUrl: `${urls.server}/readyz`,
      args: ['server/dist/main.js'],
      env: {
        ...listen(ports.server),
        ...chargebee,
        ...auth,
        LOG_LEVEL: 'warn',
        CORS_ORIGINS: portalOrigins.join(','),
      },
    },
    merchant: {
      name: 'merchant',
      port: ports.merchant ?? 4020,
      url: `${urls.merchant}/graphql`,
      readyUrl: `${urls.merchant}/healthz`,
      args: ['--import', 'tsx', 'examples/merchant-api/src/main.ts'],
      env: {
        ...listen(ports.merchant ?? 4020),
        ...chargebee,
        ...auth,
        CHARGEBEE_WEBHOOK_PASSWORD: webhookPassword,
        CORS_ORIGINS: urls.demo,
        ...(embedded ? { EMBED_PORTAL: 'true' } : {}),
      },
    },
    demo: {
      name: 'demo',
      port: ports.demo,
      url: urls.demo,
      readyUrl: urls.demo,
      args: ['dist/demo/server/server.mjs'],
      env: {
        ...listen(ports.demo),
        DEMO_CHARGEBEE_URL: urls.emulator,
        DEMO_MERCHANT_URL: `${urls.merchant}/graphql`,
        DEMO_GRAPHQL_URL: `${embedded ? urls.merchant : urls.server}/graphql`,
      },
    },
  };
}
