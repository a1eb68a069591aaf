import { makeEnvironmentProviders, type EnvironmentProviders } from '@angular/core';
import {
  ChargebeePortalService,
  ɵprovideFeatures as provideFeatures,
  type PortalFeature,
} from 'ngx-chargebee-portal';
import { FakePortalService } from './fake-portal-service';
import { ChargebeePortalTestingController } from './portal-testing-controller';

/**
 * Provides a fake portal for tests, in place of `provideChargebeePortal`. It requests nothing from a backend, loads no script
 * and opens no window. Control it with `ChargebeePortalTestingController`.
 *
 * ```ts
 * TestBed.configureTestingModule({ providers: [provideChargebeePortalTesting()] });
 * ```
 *
 * @param features The features that your tests use: `withIdentity()`, `withPortalEvents()`, `withRefetch()`, `withPreload()`.
 *   Others are ignored.
 */
export function provideChargebeePortalTesting(...features: PortalFeature[]): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideFeatures(features),
    FakePortalService,
    ChargebeePortalTestingController,
    { provide: ChargebeePortalService, useExisting: FakePortalService },
  ]);
}
