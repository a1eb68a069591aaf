// An HTTP endpoint for your app's page that returns a portal session, which it requests from chargebee-portal-server.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

const {
  PORTAL_SERVER_URL = 'http://localhost:4000',
  HOST = '127.0.0.1',
  PORT = '4301',
} = process.env;
const PATHS = ['/portal-session', '/manage-payment-sources'];
const BEARER = /^Bearer [\w.~+/-]+=*$/i;
const JSON_TYPE = /^application\/(problem\+)?json\b/i;
/** Longer than the deadline of chargebee-portal-server, 9 seconds. */
const TIMEOUT_MS = 10_000;
const MAX_REQUEST_BYTES = 16_384;
const MAX_ANSWER_BYTES = 65_536;

/** Says in our own words why an answer cannot be used. */
class UnusableAnswer extends Error {}

/** Reads a whole body. Resolves to undefined if it is larger than `limit`. */
async function read(stream, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isJson(content) {
  try {
    JSON.parse(content.toString());
    return true;
  } catch {
    return false;
  }
}

/** Sends problem details (RFC 9457), like chargebee-portal-server. */
function sendProblem(response, status, code, detail, headers = {}) {
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(JSON.stringify({ status, code, detail }));
}

async function handle(request, response) {
  const [path] = request.url.split('?');
  if (!PATHS.includes(path)) return sendProblem(response, 404, 'NOT_FOUND', 'Not found.');
  if (request.method !== 'POST') {
    return sendProblem(response, 405, 'METHOD_NOT_ALLOWED', 'Use POST.', { allow: 'POST' });
  }
  const { authorization = '' } = request.headers;
  if (!BEARER.test(authorization)) {
    return sendProblem(response, 401, 'UNAUTHENTICATED', 'Sign in.', {
      'www-authenticate': 'Bearer',
    });
  }
  const body = await read(request, MAX_REQUEST_BYTES);
  if (!body) {
    return sendProblem(response, 413, 'PAYLOAD_TOO_LARGE', 'The request is too large.', {
      connection: 'close',
    });
  }

  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(PORTAL_SERVER_URL + path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
    redirect: 'error',
    signal,
  });
  // Pass the signal to the body too: after the headers, Node's fetch() may ignore it, because it can be garbage collected.
  const stream = answer.body ? Readable.fromWeb(answer.body, { signal }) : [];
  const content = await read(stream, MAX_ANSWER_BYTES);
  if (!content || !JSON_TYPE.test(answer.headers.get('content-type'))) {
    throw new UnusableAnswer(`it answered ${answer.status} without JSON, or too much of it`);
  }
  if (!isJson(content))
    throw new UnusableAnswer(`it answered ${answer.status} with malformed JSON`);
  response.statusCode = answer.status;
  response.setHeader('cache-control', 'no-store');
  for (const name of ['content-type', 'retry-after', 'www-authenticate', 'x-request-id']) {
    if (answer.headers.has(name)) response.setHeader(name, answer.headers.get(name));
  }
  response.end(content);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    // The messages of other errors may contain the password in PORTAL_SERVER_URL, or a part of the answer.
    const reason =
      error instanceof UnusableAnswer
        ? error.message
        : `${error.name} ${error.cause?.code ?? error.cause?.message ?? ''}`.trim();
    console.error(`The portal server cannot be used: ${reason}`);
    if (response.headersSent) response.destroy();
    else {
      const detail = 'Billing is not available. Try again later.';
      sendProblem(response, 503, 'BILLING_UNAVAILABLE', detail);
    }
  });
});
server.listen(Number(PORT), HOST, () => console.log(`Listening at http://${HOST}:${PORT}`));
