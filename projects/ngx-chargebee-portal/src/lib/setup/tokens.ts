import { InjectionToken } from '@angular/core';
import type { PortalBackend } from '../backends/portal-backend';
import type { PortalPreload } from '../portal/portal-preload';
import type { PortalIdentitySource } from '../portal/portal-identity';
import type { PortalListener } from '../portal/portal-listener';

/** The factory of the backend. */
export const BACKEND_FACTORY = new InjectionToken<() => PortalBackend>('portal backend');

/** The factory of `withIdentity`. */
export const IDENTITY_FACTORY = new InjectionToken<(() => PortalIdentitySource) | undefined>(
  'portal identity',
);

/** The URL of `withScriptUrl`; undefined for Chargebee's own. */
export const SCRIPT_URL = new InjectionToken<string | undefined>('chargebee.js URL');

/** The default of the directives' `preload` input. */
export const PRELOAD = new InjectionToken<PortalPreload>('portal preload', {
  providedIn: 'root',
  factory: () => 'idle',
});

/** The listeners of `withPortalEvents`. A multi token. */
export const PORTAL_LISTENERS = new InjectionToken<
  readonly (Required<PortalListener> | undefined)[]
>('portal listeners');
