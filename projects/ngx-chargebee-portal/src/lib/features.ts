import { InjectionToken, type EnvironmentProviders, type Provider } from '@angular/core';
import { PORTAL_BACKEND, type PortalBackend } from './backends/portal-backend';
import { SCRIPT_URL } from './portal-config';
import type { PortalEvent } from './portal-events';

/** What a feature is about; of each but `refetch` there can be only one. */
export type PortalFeatureKind = 'backend' | 'identity' | 'scriptUrl' | 'refetch';

/** Something to add to `provideChargebeePortal`: what a `with…` function gives. */
export interface PortalFeature {
  /** @internal */
  readonly ɵkind: PortalFeatureKind;
  /** @internal */
  readonly ɵproviders: (Provider | EnvironmentProviders)[];
}

/** Whoever is signed in: a value that changes when another user takes over. `null` or `undefined`: nobody. */
export type PortalIdentity = string | number | null | undefined;

/** Reads the signed-in user. */
export const PORTAL_IDENTITY = new InjectionToken<() => PortalIdentity | (() => PortalIdentity)>(
  'identity',
);

/** Hears every event, before the application does. */
export const PORTAL_LISTENERS = new InjectionToken<((event: PortalEvent) => void)[]>('listeners');

/**
 * Tells the library who is signed in, so that nobody ever sees the portal of the user before.
 *
 * `withIdentity(() => inject(Auth).userId)`, where `userId` is a signal or a plain value. On any change an open portal
 * is closed, its session dropped and chargebee.js logged out: at once for a signal, and in any case before anything can
 * be opened again.
 *
 * @param identity Gives the user's id, or a signal of it. Runs in an injection context.
 */
export function withIdentity(
  identity: () => PortalIdentity | (() => PortalIdentity),
): PortalFeature {
  return {
    ɵkind: 'identity',
    ɵproviders: [{ provide: PORTAL_IDENTITY, useValue: identity }],
  };
}

/**
 * Loads chargebee.js from elsewhere: for tests and for `chargebee-emulator`. In production Chargebee's terms want it
 * loaded from Chargebee, which is the default.
 *
 * @param url The absolute URL of the script.
 */
export function withScriptUrl(url: string): PortalFeature {
  return { ɵkind: 'scriptUrl', ɵproviders: [{ provide: SCRIPT_URL, useValue: url }] };
}

/**
 * Takes sessions from a backend of your own.
 *
 * @param factory Gives the backend. Runs in an injection context.
 */
export function withBackend(factory: () => PortalBackend): PortalFeature {
  return { ɵkind: 'backend', ɵproviders: [{ provide: PORTAL_BACKEND, useFactory: factory }] };
}
