import type { Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
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
 * Takes the service of the server, which a test's bundle for the browser does not choose by itself: there `ngServerMode`
 * is false.
 */
export const onServer: Provider = {
  provide: ChargebeePortalService,
  useFactory: () => new ServerPortalService(),
};

/** How a spec sets the portal up. */
export interface SetupOptions {
  config?: Partial<PortalConfig>;
  features?: PortalFeature[];
  providers?: unknown[];
  /** chargebee.js is on the page already. By default it is, in a modal. */
  script?: FakeMode | 'missing';
  /** Where it comes from, when it is not; `null` for Chargebee itself. */
  scriptUrl?: string | null;
}

/** Sets the portal up with a backend and a chargebee.js that the spec drives. */
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
    /** The instance that the library has made or found. */
    get instance() {
      if (!chargebee.instance) throw new Error('Nothing has initialised chargebee.js.');
      return chargebee.instance;
    },
  };
}

/** The URL of a script that runs this code. */
export const scriptOf = (code: string): string =>
  URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));

/** The URL of a script that cannot be loaded. */
export const brokenScript = (): string => 'blob:nothing-is-here';

/** The URL of a script that puts this fake on the page. */
export function scriptThatInstalls(chargebee: FakeChargebee): string {
  const name = `fakeChargebee${Math.random().toString(36).slice(2)}`;
  Object.assign(window, { [name]: chargebee });
  return scriptOf(`window.Chargebee = window.${name};`);
}

/** Resolves in a task of its own, after the promises and events that are due now. */
export const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Resolves when the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A promise's rejection. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It did not reject.');
}
