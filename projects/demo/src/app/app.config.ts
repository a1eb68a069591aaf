import { provideHttpClient, withFetch, withInterceptors } from '@angular/common/http';
import { inject, provideBrowserGlobalErrorListeners, type ApplicationConfig } from '@angular/core';
import { provideClientHydration, withEventReplay } from '@angular/platform-browser';
import { InMemoryCache } from '@apollo/client';
import { provideApollo } from 'apollo-angular';
import { HttpLink } from 'apollo-angular/http';
import { provideChargebeePortal, withIdentity, withScriptUrl } from 'ngx-chargebee-portal';
import { withApollo, withRefetch } from 'ngx-chargebee-portal/apollo';
import { Auth } from './auth/auth';
import { bearerToken } from './auth/bearer-token';
import { RUNTIME_CONFIG, type RuntimeConfig } from './runtime-config';

/** The app's providers, in the browser and on the server. */
export function appConfig(config: RuntimeConfig): ApplicationConfig {
  return {
    providers: [
      provideBrowserGlobalErrorListeners(),
      provideClientHydration(withEventReplay()),
      provideHttpClient(withFetch(), withInterceptors([bearerToken])),
      { provide: RUNTIME_CONFIG, useValue: config },
      provideApollo(() => ({
        link: inject(HttpLink).create({ uri: config.graphqlUrl }),
        cache: new InMemoryCache(),
      })),
      provideChargebeePortal(
        { site: config.site, domain: config.chargebeeUrl },
        withApollo(),
        withRefetch({
          subscriptionChanged: ['Viewer'],
          subscriptionCustomFieldsChanged: ['Viewer'],
          subscriptionCancelled: ['Viewer'],
          subscriptionPaused: ['Viewer'],
          subscriptionResumed: ['Viewer'],
          subscriptionReactivated: ['Viewer'],
          subscriptionExtended: ['Viewer'],
          scheduledPauseRemoved: ['Viewer'],
          scheduledCancellationRemoved: ['Viewer'],
          paymentSourceAdd: ['Viewer'],
          paymentSourceUpdate: ['Viewer'],
          paymentSourceRemove: ['Viewer'],
        }),
        withIdentity(() => inject(Auth).userId),
        withScriptUrl(`${config.chargebeeUrl}/v2/chargebee.js`),
      ),
    ],
  };
}
