/**
 * A replacement for Fetch's `Request` with only the properties that the SDK sets, as plain values. A real `Request` creates a
 * body stream, an `AbortSignal` and two validated header lists, which takes longer than the rest of the call, and which our
 * transport would only convert back (see docs/decisions/0007).
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

/** A replacement for Fetch's `Headers` as the SDK fills it: alternating names and values, which undici validates. */
export class LightHeaders {
  readonly list: string[] = [];

  append(name: string, value: string): void {
    this.list.push(name, value);
  }
}

const LIGHT = { Request: LightRequest, Headers: LightHeaders };

/** The real globals, while they are replaced. */
let replaced: object | undefined;

/**
 * Calls the SDK with the global `Request` and `Headers` replaced by these classes. The SDK creates its request synchronously,
 * and the globals are restored before this function returns. What the SDK calls meanwhile must use `withRealRequests`, so that
 * no other code sees the replacements.
 */
export function withLightRequests<T>(callSdk: () => Promise<T>): Promise<T> {
  const { Request, Headers } = globalThis;
  const real = { Request, Headers };
  replaced = real;
  Object.assign(globalThis, LIGHT);
  try {
    return callSdk();
  } finally {
    Object.assign(globalThis, real);
    replaced = undefined;
  }
}

/** Runs code during a call of the SDK that may call other code, such as the tracing of a host app, with the real globals. */
export function withRealRequests<T>(run: () => T): T {
  if (!replaced) return run();
  Object.assign(globalThis, replaced);
  try {
    return run();
  } finally {
    Object.assign(globalThis, LIGHT);
  }
}
