import { inject } from '@angular/core';
import { Apollo, type ApolloBase } from 'apollo-angular';
import { PortalError } from 'ngx-chargebee-portal';

/**
 * Returns the app's default Apollo client, or the client with the given name. Requires an injection context.
 *
 * @param feature The feature that uses the client, for the error message.
 * @throws PortalError `NOT_CONFIGURED` if there is no such client
 */
export function apolloClient(feature: string, name: string | undefined): ApolloBase {
  const apollo = inject(Apollo, { optional: true });
  if (!apollo) throw new PortalError('NOT_CONFIGURED', `${feature} needs provideApollo().`);
  if (!name) return apollo;
  const named = apollo.use(name) as ApolloBase | undefined;
  if (named) return named;
  throw new PortalError(
    'NOT_CONFIGURED',
    `${feature}: there is no Apollo client named "${name}"; give it one by provideNamedApollo().`,
  );
}
