import type { Provider } from '@angular/core';
import type { PortalFeature } from './portal-feature';
import { BACKEND_FACTORY, IDENTITY_FACTORY, PORTAL_LISTENERS, PRELOAD, SCRIPT_URL } from './tokens';

/** Returns the features' providers, and defaults: without these, a route's portal would inherit the application's features. */
export function provideFeatures(features: readonly PortalFeature[]): Provider[] {
  return [
    { provide: BACKEND_FACTORY, useValue: undefined },
    { provide: IDENTITY_FACTORY, useValue: undefined },
    { provide: SCRIPT_URL, useValue: undefined },
    { provide: PRELOAD, useValue: 'idle' },
    { provide: PORTAL_LISTENERS, multi: true, useValue: undefined },
    features.map(({ ɵproviders }) => ɵproviders),
  ];
}
