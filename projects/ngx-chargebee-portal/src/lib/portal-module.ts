import { NgModule, type ModuleWithProviders } from '@angular/core';
import type { PortalFeature } from './features';
import { ChargebeePaymentSourcesDirective } from './payment-sources-directive';
import type { PortalConfig } from './portal-config';
import { ChargebeePortalDirective } from './portal-directive';
import { provideChargebeePortal } from './provide';

/** The directives, for applications built of NgModules; `forRoot` in the root module sets the portal up. */
@NgModule({
  imports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
  exports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
})
export class ChargebeePortalModule {
  /**
   * Sets the portal up, as `provideChargebeePortal` does.
   *
   * @param config The site, and how the portal is shown.
   * @param features One backend (`withApollo()`, `withGraphql()` or `withBackend()`), and what else is wanted.
   * @throws PortalError `NOT_CONFIGURED`, when the configuration or the features cannot work.
   */
  static forRoot(
    config: PortalConfig,
    ...features: PortalFeature[]
  ): ModuleWithProviders<ChargebeePortalModule> {
    return {
      ngModule: ChargebeePortalModule,
      providers: [provideChargebeePortal(config, ...features)],
    };
  }
}
