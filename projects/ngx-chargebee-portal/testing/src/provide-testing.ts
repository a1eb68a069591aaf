import { makeEnvironmentProviders, type EnvironmentProviders } from '@angular/core';
import {
  ChargebeePortalService,
  ɵprovideFeatures as provideFeatures,
  type PortalFeature,
} from 'ngx-chargebee-portal';
import { FakePortalService } from './fake-portal-service';
import { ChargebeePortalTestingController } from './portal-testing-controller';

/**
 * Provides a fake portal for tests, in place of `provideChargebeePortal`: no backend is asked, no script loaded and no
 * window opened. Drive it with `ChargebeePortalTestingController`.
 *
 * @param features Features of your own to test: `withIdentity()`, `withPortalEvents()`, `withRefetch()`, `withPreload()`.
 *   A backend and a script URL are not used.
 */
export function provideChargebeePortalTesting(...features: PortalFeature[]): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideFeatures(features),
    FakePortalService,
    ChargebeePortalTestingController,
    { provide: ChargebeePortalService, useExisting: FakePortalService },
  ]);
}
