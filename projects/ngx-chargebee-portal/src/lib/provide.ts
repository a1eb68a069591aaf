import { makeEnvironmentProviders, type EnvironmentProviders } from '@angular/core';
import type { PortalFeature } from './features';
import { checkConfig, PORTAL_CONFIG, type PortalConfig } from './portal-config';
import { PortalError } from './portal-error';
import { ChargebeePortalService } from './portal-service';

/**
 * Sets the portal up, in the providers of the application or of a route.
 *
 * ```ts
 * provideChargebeePortal({ site: 'acme-test' }, withGraphql({ url: '/graphql' }), withIdentity(() => inject(Auth).userId))
 * ```
 *
 * @param config The site, and how the portal is shown.
 * @param features One backend (`withApollo()`, `withGraphql()` or `withBackend()`), and what else is wanted.
 * @throws PortalError `NOT_CONFIGURED`, when the configuration or the features cannot work.
 */
export function provideChargebeePortal(
  config: PortalConfig,
  ...features: PortalFeature[]
): EnvironmentProviders {
  checkConfig(config);
  const kinds = features.map((feature) => feature.ɵkind);
  const twice = kinds.find((kind, i) => kind !== 'refetch' && kinds.indexOf(kind) < i);
  if (twice) {
    throw new PortalError('NOT_CONFIGURED', `provideChargebeePortal() takes one ${twice}.`);
  }
  if (!kinds.includes('backend')) {
    throw new PortalError(
      'NOT_CONFIGURED',
      'No backend: add withApollo(), withGraphql({ url }) or withBackend() to provideChargebeePortal().',
    );
  }
  return makeEnvironmentProviders([
    { provide: PORTAL_CONFIG, useValue: config },
    ChargebeePortalService,
    features.map((feature) => feature.ɵproviders),
  ]);
}
