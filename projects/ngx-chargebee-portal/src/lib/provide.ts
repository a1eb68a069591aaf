import { makeEnvironmentProviders, type EnvironmentProviders } from '@angular/core';
import { createPortalService } from './opening/create-portal-service';
import { ChargebeePortalService } from './portal/portal-service';
import { checkConfig, checkFeatures, warnAboutFeatures } from './setup/check-setup';
import type { PortalConfig } from './setup/portal-config';
import type { PortalFeature } from './setup/portal-feature';
import { createPortalSetup, PORTAL_SETUP } from './setup/portal-setup';
import { provideFeatures } from './setup/provide-features';

declare const ngDevMode: unknown;

/**
 * Provides the portal, for the application or for a route.
 *
 * ```ts
 * provideChargebeePortal({ site: 'acme-test' }, withGraphql({ url: '/graphql' }), withIdentity(() => inject(Auth).userId))
 * ```
 *
 * A mistake in the configuration or the features throws `NOT_CONFIGURED` here in development. In production, where it
 * must not keep the whole application from starting, each opening is rejected with it instead.
 *
 * @param config The site, and how the portal is shown. Or a function that returns it, for configuration that is loaded at
 *   run time: it runs once, in an injection context, when it is first needed: when the portal is first opened, or a session is
 *   requested ahead of that.
 * @param features One backend (`withGraphql()`, `withRest()`, `withApollo()` or `withBackend()`), `withIdentity()`, and
 *   any other `with…` function.
 */
export function provideChargebeePortal(
  config: PortalConfig | (() => PortalConfig),
  ...features: PortalFeature[]
): EnvironmentProviders {
  if (typeof ngDevMode === 'undefined' || ngDevMode) {
    checkFeatures(features);
    if (typeof config !== 'function') checkConfig(config);
    warnAboutFeatures(features);
  }
  return makeEnvironmentProviders([
    provideFeatures(features),
    { provide: PORTAL_SETUP, useFactory: () => createPortalSetup(config, features) },
    { provide: ChargebeePortalService, useFactory: createPortalService },
  ]);
}
