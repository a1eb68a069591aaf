import { makeEnvironmentProviders, type EnvironmentProviders } from '@angular/core';
import { checkSetup } from './check-setup';
import { PORTAL_SETUP, type PortalFeature, type PortalSetup } from './features';
import { createPortalService } from './create-portal-service';
import type { PortalConfig } from './portal-config';
import { ChargebeePortalService } from './portal-service';

declare const ngDevMode: unknown;

/**
 * Sets the portal up, in the providers of the application or of a route.
 *
 * ```ts
 * provideChargebeePortal({ site: 'acme-test' }, withGraphql({ url: '/graphql' }), withIdentity(() => inject(Auth).userId))
 * ```
 *
 * @param config The site, and how the portal is shown.
 * @param features One backend (`withApollo()`, `withGraphql()` or `withBackend()`), and what else is wanted.
 * @throws PortalError `NOT_CONFIGURED`, when the configuration or the features cannot work; checked in development only.
 */
export function provideChargebeePortal(
  config: PortalConfig,
  ...features: PortalFeature[]
): EnvironmentProviders {
  if (typeof ngDevMode === 'undefined' || ngDevMode) checkSetup(config, features);
  const setup = Object.assign(
    { config, listeners: features.flatMap(({ makeListener }) => makeListener ?? []) },
    ...features,
  ) as PortalSetup;
  return makeEnvironmentProviders([
    { provide: PORTAL_SETUP, useValue: setup },
    { provide: ChargebeePortalService, useFactory: createPortalService },
  ]);
}
