import { InjectionToken } from '@angular/core';
import type { PortalBackend } from '../backends/portal-backend';
import type { PortalPreload } from '../portal/portal-preload';
import type { PortalIdentitySource } from '../portal/portal-identity';
import type { PortalListener } from '../portal/portal-listener';

/** Creates the backend. */
export const BACKEND_FACTORY = new InjectionToken<() => PortalBackend>('portal backend');

/** Creates the source of the signed-in user's id. */
export const IDENTITY_FACTORY = new InjectionToken<(() => PortalIdentitySource) | undefined>(
  'portal identity',
);

/** The URL that chargebee.js is loaded from, when it is not Chargebee's own. */
export const SCRIPT_URL = new InjectionToken<string | undefined>('chargebee.js URL');

/** When the directives load chargebee.js, unless their `preload` input says otherwise. */
export const PRELOAD = new InjectionToken<PortalPreload>('portal preload', {
  providedIn: 'root',
  factory: () => 'idle',
});

/** The listeners of `withPortalEvents`. A multi token. */
export const PORTAL_LISTENERS = new InjectionToken<
  readonly (Required<PortalListener> | undefined)[]
>('portal listeners');
