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
 * Provides `ChargebeePortalService`, for the application or for a route.
 *
 * ```ts
 * provideChargebeePortal({ site: 'acme-test' }, withGraphql({ url: '/graphql' }), withIdentity(() => inject(Auth).userId))
 * ```
 *
 * In development, this function throws `NOT_CONFIGURED` if the configuration or the features are wrong. In production the
 * application starts all the same, and opening the portal rejects with `NOT_CONFIGURED`. That is also the case for a
 * configuration that is loaded at run time.
 *
 * @param config The configuration; or, if it is loaded at run time, a function that returns it. The function runs once, in an
 *   injection context, when the portal is first opened or a session is first prefetched.
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
