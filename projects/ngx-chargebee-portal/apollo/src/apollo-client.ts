import { inject } from '@angular/core';
import { Apollo, type ApolloBase } from 'apollo-angular';
import { PortalError } from 'ngx-chargebee-portal';

/**
 * The app's Apollo client: the one of a name, or the default one. Runs in an injection context.
 *
 * @param feature What needs it, for the error.
 * @throws PortalError `NOT_CONFIGURED`, when there is none.
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
