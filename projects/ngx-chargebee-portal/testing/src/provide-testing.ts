import { makeEnvironmentProviders, type EnvironmentProviders } from '@angular/core';
import { ChargebeePortalService } from 'ngx-chargebee-portal';
import { FakePortalService } from './fake-portal-service';
import { ChargebeePortalTestingController } from './portal-testing-controller';

/**
 * Puts a fake in the place of the portal, for tests: no backend is asked, no script loaded and no window opened. Take it
 * in the place of `provideChargebeePortal`, and drive it by `ChargebeePortalTestingController`.
 */
export function provideChargebeePortalTesting(): EnvironmentProviders {
  return makeEnvironmentProviders([
    FakePortalService,
    ChargebeePortalTestingController,
    { provide: ChargebeePortalService, useExisting: FakePortalService },
  ]);
}
