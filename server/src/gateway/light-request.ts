/**
 * What the SDK tells of a call: the part of Fetch's `Request` that it sets, as plain values. A real one makes a stream
 * of its body, an `AbortSignal` and two sets of checked headers for every call, which costs more than the call itself,
 * and all of it only to be read out again by our transport (see docs/decisions/0007).
 */
export class LightRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: LightHeaders;
  readonly body: string | undefined;

  constructor(url: URL, init: { method: string; body?: string; headers: LightHeaders }) {
    this.url = url.href;
    this.method = init.method;
    this.headers = init.headers;
    this.body = init.body;
  }
}

/** The part of Fetch's `Headers` that the SDK fills: names and values in turn, which undici takes and checks. */
export class LightHeaders {
  readonly list: string[] = [];

  append(name: string, value: string): void {
    this.list.push(name, value);
  }
}

/**
 * Calls the SDK with the light ones in the place of the globals, of which it makes its requests. It does so before it
 * first waits for anything; when this function returns, the globals are what they were, so that nobody else ever meets
 * a light one.
 */
export function withLightRequests<T>(callSdk: () => Promise<T>): Promise<T> {
  const { Request, Headers } = globalThis;
  Object.assign(globalThis, { Request: LightRequest, Headers: LightHeaders });
  try {
    return callSdk();
  } finally {
    Object.assign(globalThis, { Request, Headers });
  }
}
