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
  const client = name ? (apollo.use(name) as ApolloBase | undefined) : apollo;
  if (client && isDefined(client)) return client;
  throw new PortalError(
    'NOT_CONFIGURED',
    name
      ? `${feature}: there is no Apollo client named "${name}"; give it one by provideNamedApollo().`
      : `${feature}: there is no default Apollo client. Give it one by provideApollo(), or name a client of ` +
          "provideNamedApollo() by the option `client`: { client: 'billing' }.",
  );
}

/** Returns whether a client has been created. The default one has not if the app has only named clients. */
function isDefined(apollo: ApolloBase): boolean {
  try {
    void apollo.client; // Throws if it has not.
    return true;
  } catch {
    return false;
  }
}
