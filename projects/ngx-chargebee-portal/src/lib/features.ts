import { InjectionToken } from '@angular/core';
import type { PortalBackend } from './backends/portal-backend';
import type { PortalConfig } from './portal-config';
import type { PortalEvent } from './portal-events';

/** Whoever is signed in: a value that changes when another user takes over. `null` or `undefined`: nobody. */
export type PortalIdentity = string | number | null | undefined;

/** Something to add to `provideChargebeePortal`: what a `with…` function gives. Its factories run in an injection context. */
export interface PortalFeature {
  /** Makes the backend. @internal */
  readonly makeBackend?: () => PortalBackend;
  /** Gives whoever is signed in, or a signal of it. @internal */
  readonly identitySource?: () => PortalIdentity | (() => PortalIdentity);
  /** Where chargebee.js comes from, when it is not Chargebee. @internal */
  readonly scriptUrl?: string;
  /** Makes what hears every event before the application does; there may be several. @internal */
  readonly makeListener?: () => (event: PortalEvent) => void;
}

/** What `provideChargebeePortal` was given. */
export interface PortalSetup extends Omit<PortalFeature, 'makeListener'> {
  /** The site, and how the portal is shown. */
  readonly config: PortalConfig;
  /** All of the features' `makeListener`. */
  readonly listeners: (() => (event: PortalEvent) => void)[];
}

/** The setup of the injector. */
export const PORTAL_SETUP = new InjectionToken<PortalSetup>('portal');

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
  return { identitySource: identity };
}

/**
 * Loads chargebee.js from elsewhere: for tests and for `chargebee-emulator`. In production Chargebee's terms want it
 * loaded from Chargebee, which is the default.
 *
 * @param url The absolute URL of the script.
 */
export function withScriptUrl(url: string): PortalFeature {
  return { scriptUrl: url };
}

/**
 * Takes sessions from a backend of your own.
 *
 * @param factory Gives the backend. Runs in an injection context.
 */
export function withBackend(factory: () => PortalBackend): PortalFeature {
  return { makeBackend: factory };
}
