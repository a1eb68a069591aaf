// The configuration of the demo's programs, for `npm start`, the browser tests and the benchmarks.
import { randomUUID } from 'node:crypto';
import { freePort } from './ports.mjs';

/** @typedef {import('./programs.mjs').Program} Program */

/**
 * @typedef {object} Ports
 * @property {number} emulator
 * @property {number} server
 * @property {number} [merchant] 4020 unless given
 * @property {number} demo
 * @property {number} [examples] the port of an example page that may open the portal too
 */

/** Returns a free port for each program. */
export async function freeDemoPorts() {
  return {
    emulator: await freePort(),
    server: await freePort(),
    merchant: await freePort(),
    demo: await freePort(),
  };
}

/**
 * Returns the programs of the demo, in the order in which they must be started.
 * @param {Ports} ports
 * @param {{ embedded?: boolean }} [options] `embedded`: the portal is part of the merchant's API, and no server runs
 * @returns {{ emulator: Program, server: Program, merchant: Program, demo: Program }}
 */
export function demoPrograms({ merchant = 4020, ...others }, { embedded = false } = {}) {
  const ports = { ...others, merchant };
  const urls = {
    emulator: `http://localhost:${ports.emulator}`,
    server: `http://localhost:${ports.server}`,
    merchant: `http://localhost:${ports.merchant}`,
    demo: `http://localhost:${ports.demo}`,
  };
  const origins = [urls.demo, ...(ports.examples ? [`http://localhost:${ports.examples}`] : [])];
  const setup = {
    ports,
    urls,
    embedded,
    portalOrigins: origins.join(','),
    webhookPassword: randomUUID(),
  };
  return {
    emulator: emulatorProgram(setup),
    server: serverProgram(setup),
    merchant: merchantProgram(setup),
    demo: demoProgram(setup),
  };
}

/**
 * @typedef {object} Setup settings that several programs share
 * @property {Required<Omit<Ports, 'examples'>>} ports
 * @property {{ emulator: string, server: string, merchant: string, demo: string }} urls
 * @property {boolean} embedded whether the portal is part of the merchant's API
 * @property {string} portalOrigins the origins of the pages that may open the portal, comma-separated
 * @property {string} webhookPassword anyone who knows it could write to the merchant's database
 */

/** @param {Setup} setup @returns {Program} */
const emulatorProgram = ({ ports, urls, portalOrigins, webhookPassword }) => ({
  name: 'emulator',
  port: ports.emulator,
  url: urls.emulator,
  readyUrl: `${urls.emulator}/idp/.well-known/jwks.json`,
  args: ['emulator/dist/main.js'],
  env: {
    ...listenOn(ports.emulator),
    EMULATOR_DEMO_ORIGINS: portalOrigins,
    EMULATOR_ALLOWED_ORIGINS: portalOrigins,
    EMULATOR_WEBHOOK_URLS: `${urls.merchant.replace('//', `//chargebee:${webhookPassword}@`)}/webhooks/chargebee`,
  },
});

/** @param {Setup} setup @returns {Program} */
const serverProgram = ({ ports, urls, portalOrigins }) => ({
  name: 'server',
  port: ports.server,
  url: `${urls.server}/graphql`,
  readyUrl: `${urls.server}/readyz`,
  args: ['server/dist/main.js'],
  env: {
    ...listenOn(ports.server),
    ...chargebeeAndAuth(urls.emulator),
    LOG_LEVEL: 'warn',
    CORS_ORIGINS: portalOrigins,
  },
});

/** @param {Setup} setup @returns {Program} */
const merchantProgram = ({ ports, urls, webhookPassword, embedded }) => ({
  name: 'merchant',
  port: ports.merchant,
  url: `${urls.merchant}/graphql`,
  readyUrl: `${urls.merchant}/healthz`,
  args: ['--import', 'tsx', 'examples/merchant-api/src/main.ts'],
  env: {
    ...listenOn(ports.merchant),
    ...chargebeeAndAuth(urls.emulator),
    CHARGEBEE_WEBHOOK_PASSWORD: webhookPassword,
    CORS_ORIGINS: urls.demo,
    ...(embedded ? { EMBED_PORTAL: 'true' } : {}),
  },
});

/** @param {Setup} setup @returns {Program} */
const demoProgram = ({ ports, urls, embedded }) => ({
  name: 'demo',
  port: ports.demo,
  url: urls.demo,
  readyUrl: urls.demo,
  args: ['dist/demo/server/server.mjs'],
  env: {
    ...listenOn(ports.demo),
    DEMO_CHARGEBEE_URL: urls.emulator,
    DEMO_MERCHANT_URL: `${urls.merchant}/graphql`,
    DEMO_GRAPHQL_URL: `${embedded ? urls.merchant : urls.server}/graphql`,
  },
});

/** @param {number} port */
const listenOn = (port) => ({ PORT: String(port), HOST: '127.0.0.1' });

/**
 * Returns the variables that make the server and the merchant's API use the emulator as Chargebee and as identity provider.
 * @param {string} emulatorUrl
 */
const chargebeeAndAuth = (emulatorUrl) => ({
  CHARGEBEE_SITE: 'acme-test',
  CHARGEBEE_API_KEY: 'test_emulator_key',
  CHARGEBEE_BASE_URL: emulatorUrl,
  AUTH_JWKS_URL: `${emulatorUrl}/idp/.well-known/jwks.json`,
  AUTH_ISSUER: `${emulatorUrl}/idp`,
  AUTH_AUDIENCE: 'chargebee-portal-demo',
});
