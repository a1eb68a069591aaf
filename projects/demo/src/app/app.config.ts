import { provideHttpClient, withFetch, withInterceptors } from '@angular/common/http';
import { inject, provideBrowserGlobalErrorListeners, type ApplicationConfig } from '@angular/core';
import { provideClientHydration, withEventReplay } from '@angular/platform-browser';
import { ApolloLink, InMemoryCache } from '@apollo/client';
import { provideApollo } from 'apollo-angular';
import { OperationTypeNode } from 'graphql';
import { HttpLink } from 'apollo-angular/http';
import {
  provideChargebeePortal,
  withGraphql,
  withIdentity,
  withScriptUrl,
} from 'ngx-chargebee-portal';
import { withRefetch } from 'ngx-chargebee-portal/apollo';
import { createSseLink } from './account/sse-link';
import { Auth } from './auth/auth';
import { bearerToken } from './auth/bearer-token';
import { RUNTIME_CONFIG, type RuntimeConfig } from './runtime-config';

/** Returns the app's providers, for the browser and the server. */
export function appConfig(config: RuntimeConfig): ApplicationConfig {
  return {
    providers: [
      provideBrowserGlobalErrorListeners(),
      provideClientHydration(withEventReplay()),
      provideHttpClient(withFetch(), withInterceptors([bearerToken])),
      { provide: RUNTIME_CONFIG, useValue: config },
      provideApollo(() => {
        const auth = inject(Auth);
        return {
          link: ApolloLink.split(
            ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
            createSseLink(`${config.merchantUrl}/stream`, auth.token),
            inject(HttpLink).create({ uri: config.merchantUrl }),
          ),
          cache: new InMemoryCache(),
        };
      }),
      provideChargebeePortal(
        { site: config.site, domain: config.chargebeeUrl },
        withGraphql({ url: config.graphqlUrl }),
        // Needed only when the subscription to the merchant's API has failed.
        withRefetch(
          Object.fromEntries(
            (
              [
                'subscriptionChanged',
                'subscriptionCancelled',
                'subscriptionPaused',
                'subscriptionResumed',
                'subscriptionReactivated',
                'subscriptionExtended',
                'scheduledPauseRemoved',
                'scheduledCancellationRemoved',
                'paymentSourceAdd',
                'paymentSourceUpdate',
                'paymentSourceRemove',
              ] as const
            ).map((event) => [event, ['Me']]),
          ),
        ),
        withIdentity(() => inject(Auth).userId),
        withScriptUrl(`${config.chargebeeUrl}/v2/chargebee.js`),
      ),
    ],
  };
}
