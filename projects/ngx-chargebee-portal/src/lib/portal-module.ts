import { NgModule, type ModuleWithProviders } from '@angular/core';
import type { PortalFeature } from './setup/portal-feature';
import { ChargebeePaymentSourcesDirective } from './directives/payment-sources-directive';
import type { PortalConfig } from './setup/portal-config';
import { ChargebeePortalDirective } from './directives/portal-directive';
import { provideChargebeePortal } from './provide';

/** The directives, for applications built of NgModules. Import `forRoot(…)` in the root module. */
@NgModule({
  imports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
  exports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
})
export class ChargebeePortalModule {
  /**
   * Provides the portal, as `provideChargebeePortal` does.
   *
   * @param config The site, and how the portal is shown; or a function that returns it.
   * @param features One backend (`withGraphql()`, `withRest()`, `withApollo()` or `withBackend()`), `withIdentity()`, and
   *   any other `with…` function.
   */
  static forRoot(
    config: PortalConfig | (() => PortalConfig),
    ...features: PortalFeature[]
  ): ModuleWithProviders<ChargebeePortalModule> {
    return {
      ngModule: ChargebeePortalModule,
      providers: [provideChargebeePortal(config, ...features)],
    };
  }
}
