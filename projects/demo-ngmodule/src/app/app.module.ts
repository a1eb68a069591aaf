import { HTTP_INTERCEPTORS, provideHttpClient, withInterceptorsFromDi } from '@angular/common/http';
import {
  inject,
  NgModule,
  provideBrowserGlobalErrorListeners,
  provideZoneChangeDetection,
} from '@angular/core';
import { BrowserModule } from '@angular/platform-browser';
import {
  ChargebeePortalModule,
  withGraphql,
  withIdentity,
  withScriptUrl,
} from 'ngx-chargebee-portal';
import { App } from './app';
import { Auth } from './auth';
import { BearerTokenInterceptor } from './bearer-token.interceptor';
import { runtimeConfig } from './runtime-config';

const config = runtimeConfig();

@NgModule({
  declarations: [App],
  imports: [
    BrowserModule,
    ChargebeePortalModule.forRoot(
      { site: config.site, domain: config.chargebeeUrl, ...config.portal },
      withGraphql({ url: config.graphqlUrl }),
      withIdentity(() => inject(Auth).userId),
      withScriptUrl(`${config.chargebeeUrl}/v2/chargebee.js`),
    ),
  ],
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZoneChangeDetection({ eventCoalescing: true }),
    provideHttpClient(withInterceptorsFromDi()),
    { provide: HTTP_INTERCEPTORS, useClass: BearerTokenInterceptor, multi: true },
  ],
  bootstrap: [App],
})
export class AppModule {}
