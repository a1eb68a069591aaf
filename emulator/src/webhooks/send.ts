import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { DeliveryAttempt } from '../store/resources.js';
import type { EndpointSettings } from './endpoint.js';

/** The maximum number of characters of a response body that is stored. */
const MAX_STORED_BODY = 500;
/** The maximum number of characters that is read. The connection is closed after that. */
const MAX_READ_BODY = 64 * 1024;

export type SendResult = Pick<DeliveryAttempt, 'status' | 'body' | 'error'>;

/**
 * Posts an event to a webhook. Does not follow redirects: Chargebee treats them as failures, and they could lead to addresses that are
 * not configured.
 * @param timeoutMs The timeout for the whole exchange: connection, response and body.
 */
export async function sendEvent(
  endpoint: EndpointSettings,
  event: unknown,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<SendResult> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await post(
      endpoint,
      JSON.stringify(event),
      AbortSignal.any([signal, timeout]),
    );
    return maskSecrets(endpoint, response);
  } catch (error) {
    if (timeout.aborted) return { error: `no answer within ${timeoutMs} ms` };
    const { code, message } = error as NodeJS.ErrnoException;
    return maskSecrets(endpoint, { error: code ? `${code}: ${message}` : message });
  }
}

function post(
  { url, username, password = '' }: EndpointSettings,
  body: string,
  signal: AbortSignal,
): Promise<SendResult> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send(
      url,
      {
        method: 'POST',
        // Use one connection per delivery, so that none stays open when the emulator or the receiver stops.
        agent: false,
        signal,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'chargebee-emulator',
          accept: '*/*',
        },
        ...(username === undefined ? {} : { auth: `${username}:${password}` }),
      },
      (response) => {
        readBodyPrefix(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, ...(text ? { body: text } : {}) }),
          reject,
        );
      },
    );
    // Without this listener, Node closes the connection of a 101 response without an event.
    outgoing.on('upgrade', ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve({ status: statusCode });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Reads the beginning of a body and ignores the rest. */
async function readBodyPrefix(response: IncomingMessage): Promise<string> {
  let text = '';
  let length = 0;
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    length += chunk.length;
    if (text.length < MAX_STORED_BODY) text += chunk.slice(0, MAX_STORED_BODY - text.length);
    // Leaving the loop destroys the stream.
    if (length > MAX_READ_BODY) break;
  }
  return text;
}

/** Masks the credentials in a result, because a receiver may echo the request, including the password. */
function maskSecrets(
  { url, username, password = '' }: EndpointSettings,
  result: SendResult,
): SendResult {
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  const secrets = [credentials, password, ...new URL(url).searchParams.values()].filter(Boolean);
  const mask = (text: string) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return {
    ...result,
    ...(result.body === undefined ? {} : { body: mask(result.body) }),
    ...(result.error === undefined ? {} : { error: mask(result.error) }),
  };
}
