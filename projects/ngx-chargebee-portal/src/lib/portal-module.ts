import { NgModule, type ModuleWithProviders } from '@angular/core';
import type { PortalFeature } from './setup/portal-feature';
import { ChargebeePaymentSourcesDirective } from './directives/payment-sources-directive';
import type { PortalConfig } from './setup/portal-config';
import { ChargebeePortalDirective } from './directives/portal-directive';
import { provideChargebeePortal } from './provide';

/**
 * Exports the directives, for applications with NgModules. Import `ChargebeePortalModule.forRoot(…)` in the root module, and
 * `ChargebeePortalModule` in feature modules.
 */
@NgModule({
  imports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
  exports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
})
export class ChargebeePortalModule {
  /**
   * Provides the portal, as `provideChargebeePortal` does.
   *
   * @param config The configuration, or a function that returns it.
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
