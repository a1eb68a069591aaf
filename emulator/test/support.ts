import { request } from 'node:http';
import Chargebee from 'chargebee';
import { browserScripts, readBrowserScript } from '../src/browser-scripts.js';
import type { BrowserScript } from '../src/browser-scripts.js';
import { startEmulator } from '../src/index.js';
import type { Emulator, StartOptions } from '../src/index.js';
import type { Webhooks } from '../src/webhooks/index.js';

// The emulator bundles its scripts when first started from source. On a busy machine that takes longer than a spec's timeout.
await Promise.all(
  (Object.keys(browserScripts) as BrowserScript[]).map((name) => readBrowserScript(name)),
);

const running = new Set<Emulator>();

/** Starts an emulator that is closed after the spec. */
export async function emulatorForSpec(options: StartOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ port: 0, ...options });
  running.add(emulator);
  return emulator;
}

/** Waits for a delivery longer than apps do by default, because specs run while the machine is busy. */
export const waitForDelivery = (
  { webhooks }: Emulator,
  filter: Parameters<Webhooks['waitFor']>[0],
): ReturnType<Webhooks['waitFor']> => webhooks.waitFor(filter, { timeout: 60_000 });

/** Call it once in every file that starts emulators. */
export function closeEmulatorsAfterEach(): void {
  afterEach(async () => {
    await Promise.all([...running].map((emulator) => emulator.close()));
    running.clear();
  });
}

/** Returns Chargebee's SDK for an emulator, with parameter validation on. */
export function sdkFor(
  { url }: Pick<Emulator, 'url'>,
  options: { apiKey?: string; enableValidation?: boolean } = {},
): Chargebee {
  // The SDK's types lack some of its configuration options.
  const config = {
    site: 'localhost',
    hostSuffix: '',
    protocol: 'http' as const,
    port: Number(new URL(url).port),
    apiKey: 'test_emulator_key',
    enableValidation: true,
    ...options,
  };
  return new Chargebee(config);
}

/** The `Authorization` header with the emulator's API key. */
export const BASIC = `Basic ${Buffer.from('test_emulator_key:').toString('base64')}`;

/** Calls the API without the SDK. */
export function call(
  { url }: Pick<Emulator, 'url'>,
  method: string,
  path: string,
  form?: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/api/v2${path}`, {
    method,
    headers: {
      authorization: BASIC,
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(form === undefined ? {} : { body: form }),
  });
}

export interface ApiError {
  message: string;
  type: string;
  api_error_code: string;
  param?: string;
}

/** Returns the error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<ApiError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome === undefined)
    throw new Error('The promise was fulfilled, but a rejection was expected.');
  return outcome as ApiError;
}

/** Sends a request with headers that `fetch` does not allow, such as `Host`. */
export function rawRequest(
  { url }: Pick<Emulator, 'url'>,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The two ways to reset an emulator. */
export const RESETS: Readonly<Record<string, (emulator: Emulator) => void | Promise<unknown>>> = {
  'over HTTP': (emulator) => postJson(emulator, '/_emulator/reset'),
  'from code': (emulator) => emulator.reset(),
};

/** Posts JSON to the emulator's control API or identity provider. */
export function postJson(
  { url }: Pick<Emulator, 'url'>,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
