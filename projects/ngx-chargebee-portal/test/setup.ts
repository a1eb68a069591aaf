import type { HttpTestingController, TestRequest } from '@angular/common/http/testing';
import type { Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { getPageRecord } from '../src/lib/login/page-record';
import { ServerPortalService } from '../src/lib/opening/server-portal-service';
import type { PortalConfig } from '../src/lib/setup/portal-config';
import {
  ChargebeePortalService,
  provideChargebeePortal,
  withBackend,
  withIdentity,
  withScriptUrl,
  type PortalEvent,
  type PortalFeature,
} from '../src/public-api';
import { FakeBackend } from './fake-backend';
import { FakeChargebee, type FakeMode } from './fake-chargebee';

/**
 * Provides the service of the server. `createPortalService` does not choose it in these tests, since `ngServerMode` is false in
 * bundles for browsers.
 */
export const onServer: Provider = {
  provide: ChargebeePortalService,
  useFactory: () => new ServerPortalService(),
};

/** Options of `setup()`. */
export interface SetupOptions {
  config?: Partial<PortalConfig>;
  features?: PortalFeature[];
  providers?: unknown[];
  /** The fake chargebee.js that is on the page, and how it shows pages; `missing` for none. By default `modal`. */
  script?: FakeMode | 'missing';
  /** The URL of the script; by default one that cannot be loaded; `null` for Chargebee's own. */
  scriptUrl?: string | null;
}

/** Provides the portal with a fake backend and a fake chargebee.js. */
export function setup({
  config,
  features = [],
  providers = [],
  script = 'modal',
  scriptUrl,
}: SetupOptions = {}) {
  const backend = new FakeBackend();
  const chargebee = new FakeChargebee(script === 'missing' ? 'modal' : script);
  if (script !== 'missing') chargebee.install();
  TestBed.configureTestingModule({
    providers: [
      provideChargebeePortal(
        { site: 'acme-test', ...config },
        withBackend(() => backend),
        ...(scriptUrl === null ? [] : [withScriptUrl(scriptUrl ?? brokenScript())]),
        ...(features.some(({ ɵkind }) => ɵkind === 'identity')
          ? []
          : [withIdentity(() => 'user-1')]),
        ...features,
      ),
      providers,
    ],
  });
  const service = TestBed.inject(ChargebeePortalService);
  const events: PortalEvent[] = [];
  service.events.subscribe((event) => events.push(event));
  return {
    service,
    backend,
    chargebee,
    events,
    /** The instance of chargebee.js that the library uses. */
    get instance() {
      if (!chargebee.instance) throw new Error('Nothing has initialised chargebee.js.');
      return chargebee.instance;
    },
  };
}

/** Returns the URL of a script with this code. Its elements are removed at the end of the spec. */
export const scriptOf = (code: string): string =>
  URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));

// For all specs: an element left behind would be found by a later spec. Those of `brokenScript()` are removed too.
afterEach(() => {
  document.querySelectorAll('script[src^="blob:"]').forEach((script) => script.remove());
});

// For all specs: a later spec may give a session with the same id to another user. A new map, because an answer that arrives
// after its spec is still added to the old one.
afterEach(() => Object.assign(getPageRecord(), { sessionOwners: new Map() }));

let brokenScripts = 0;

/** Returns the URL of a script that cannot be loaded. A new one each time, since an earlier spec’s may still be loaded again. */
export const brokenScript = (): string => `blob:nothing-is-here/${++brokenScripts}`;

/** Returns the URL of a script that installs the fake. */
export function scriptThatInstalls(chargebee: FakeChargebee): string {
  const name = `fakeChargebee${Math.random().toString(36).slice(2)}`;
  Object.assign(window, { [name]: chargebee });
  return scriptOf(`window.Chargebee = window.${name};`);
}

/** Returns the script elements with this URL that were appended. The scripts of earlier specs may still be loaded again. */
export const appendedScripts = (
  append: jasmine.Spy<(typeof document.head)['append']>,
  url: string,
): HTMLScriptElement[] =>
  (append.calls.allArgs().flat() as HTMLScriptElement[]).filter(({ src }) => src === url);

/** Resolves in a new task, after pending promises and events. */
export const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Runs pending promises while the clock is mocked, so that no new task can be awaited. */
export async function flushPromises(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** The maximum time to wait for a condition, in milliseconds. Shorter than the timeout of a spec. */
const MAX_WAIT_MS = 25_000;

/**
 * Resolves when the condition holds.
 *
 * @param setTimer pass the original `setTimeout` if Jasmine's clock is installed
 * @throws Error after 25 seconds. A spec that waits on after its own timeout would disturb the later ones.
 */
export async function until(condition: () => boolean, setTimer = setTimeout): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > MAX_WAIT_MS) {
      throw new Error(`This does not hold after ${MAX_WAIT_MS} ms: ${condition.toString()}`);
    }
    await new Promise<void>((resolve) => setTimer(resolve, 5));
  }
}

/** Waits for a request to a URL. Returns it, so that the test can answer it. */
export async function waitForRequest(
  http: HttpTestingController,
  url: string,
): Promise<TestRequest> {
  let pending: TestRequest[] = [];
  await until(() => (pending = http.match(url)).length > 0);
  return pending[0];
}

/** Returns the error with which a promise rejects. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It did not reject.');
}
