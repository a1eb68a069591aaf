// Measures portal sessions per second: the server and its rivals, in the same run, each limited to one core.
import autocannon from 'autocannon';
import { spawn, spawnSync } from 'node:child_process';
import { SignJWT, exportSPKI, generateKeyPair } from 'jose';
import { freePort } from '../scripts/lib/ports.mjs';
import { root } from '../scripts/lib/programs.mjs';
import { median } from './median.mjs';

const OURS_BY_JSON = 'chargebee-portal-server, JSON';
const OURS_BY_GRAPHQL = 'chargebee-portal-server, GraphQL';

const CONNECTIONS = 40;
const USERS = 200;

/** The programs under test run on one core; the load and what replaces Chargebee on another. */
const PROGRAM_CORE = '0';
const LOAD_CORE = '1';

/** Whether the machine has `taskset` and both cores. */
const canPin = [PROGRAM_CORE, LOAD_CORE].every(
  (core) => spawnSync('taskset', ['-c', core, 'true']).status === 0,
);

/** Starts a program, pinned to a core if possible. */
async function start(file, env, core) {
  const command = [process.execPath, file];
  if (canPin) command.unshift('taskset', '-c', core);
  const child = spawn(command[0], command.slice(1), {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return {
    /** Rejects if the program exits before it responds. */
    waitUntilReady: (url) =>
      Promise.race([
        waitForResponse(url),
        exited.then((code) => Promise.reject(new Error(`${file} ended with code ${code}`))),
      ]),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Resolves when the URL responds with a success status. */
async function waitForResponse(url) {
  for (let tries = 0; tries < 200; tries += 1) {
    const ok = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} does not answer`);
}

/** Sends requests for `duration` seconds. Returns the requests per second. Throws if a request fails. */
async function load({ url, requests }, duration) {
  const result = await autocannon({ url, connections: CONNECTIONS, duration, requests });
  if (result.non2xx || result.errors) {
    throw new Error(`${url}: ${result.non2xx} bad answers, ${result.errors} errors`);
  }
  return result.requests.average;
}

/** Checks that requests create portal sessions. `load` checks only the status, which is 200 for GraphQL errors too. */
async function checkSession({ url, requests: [{ path, ...request }] }) {
  const answer = await (await fetch(`${url}${path}`, request)).json();
  const session = answer.data?.createPortalSession ?? answer;
  if (!session.id?.startsWith('portal_')) {
    throw new Error(`${url} answers ${JSON.stringify(answer)}`);
  }
}

/** Generates a key pair and a token for each user. Returns the tokens and the variables to verify them with. */
async function createIdentity() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const issuer = 'https://issuer.example';
  const audience = 'bench';
  const tokens = await Promise.all(
    Array.from({ length: USERS }, (_, index) =>
      new SignJWT({ chargebee_customer_id: `customer-${index}` })
        .setProtectedHeader({ alg: 'RS256' })
        .setSubject(`user-${index}`)
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime('2h')
        .sign(privateKey),
    ),
  );
  const env = {
    AUTH_PUBLIC_KEY: await exportSPKI(publicKey),
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
  };
  return { tokens, env };
}

/** Returns the rivals, which have a JSON endpoint, and the server with both of its APIs, with the requests to send to each. */
function createContenders(tokens) {
  const json = tokens.map((token) => ({
    method: 'POST',
    path: '/portal-session',
    headers: { authorization: `Bearer ${token}` },
  }));
  const mutation = JSON.stringify({
    query:
      'mutation($input:CreatePortalSessionInput){createPortalSession(input:$input){id token accessUrl createdAt expiresAt customerId}}',
  });
  const graphql = tokens.map((token) => ({
    method: 'POST',
    path: '/graphql',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: mutation,
  }));
  return [
    { name: 'Express, SDK with its defaults', file: 'bench/rivals/express.mjs', requests: json },
    { name: 'bare http, undici pool, no SDK', file: 'bench/rivals/bare.mjs', requests: json },
    { name: OURS_BY_JSON, file: 'server/dist/main.js', requests: json },
    { name: OURS_BY_GRAPHQL, file: 'server/dist/main.js', requests: graphql },
  ].map((contender) => ({ ...contender, perSecond: [] }));
}

/**
 * Measures the server and its rivals in alternating rounds, so that other load on the machine affects them equally.
 * Returns the rows of a table.
 *
 * @param {{ rounds: number, warmUpSeconds: number, roundSeconds: number }} lengths
 */
export async function measureServer({ rounds, warmUpSeconds, roundSeconds }) {
  if (canPin) spawnSync('taskset', ['-cp', LOAD_CORE, String(process.pid)]);
  const identity = await createIdentity();
  const contenders = createContenders(identity.tokens);
  const upstreamPort = await freePort();
  const env = {
    CHARGEBEE_SITE: 'acme-test',
    CHARGEBEE_API_KEY: 'test_bench',
    CHARGEBEE_BASE_URL: `http://127.0.0.1:${upstreamPort}`,
    CHARGEBEE_REQUESTS_PER_MINUTE: '10000000',
    CHARGEBEE_MAX_CONCURRENCY: '40',
    USER_REQUESTS_PER_MINUTE: '10000000',
    ...identity.env,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
  };
  const programs = [await start('bench/upstream.mjs', { PORT: String(upstreamPort) }, LOAD_CORE)];
  try {
    for (const contender of contenders) {
      const port = await freePort();
      contender.url = `http://127.0.0.1:${port}`;
      const program = await start(contender.file, { ...env, PORT: String(port) }, PROGRAM_CORE);
      programs.push(program);
      await program.waitUntilReady(`${contender.url}/readyz`);
      await checkSession(contender);
      await load(contender, warmUpSeconds);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const contender of contenders)
        contender.perSecond.push(await load(contender, roundSeconds));
    }
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
  }
  return toRows(contenders);
}

function toRows(contenders) {
  const perSecondOf = (wanted) => contenders.find(({ name }) => name === wanted).perSecond;
  /** The median of the ratios of a round, since both programs of a round had the same conditions. */
  const ratio = (ours, theirs) =>
    Number(median(theirs.map((each, round) => ours[round] / each)).toFixed(2));
  return contenders.map(({ name, perSecond }) => ({
    what: name,
    'sessions/s and core': Math.round(median(perSecond)),
    'JSON ÷ this': ratio(perSecondOf(OURS_BY_JSON), perSecond),
    'GraphQL ÷ this': ratio(perSecondOf(OURS_BY_GRAPHQL), perSecond),
  }));
}
