import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { PortalError, withBackend, type PortalFeature } from 'ngx-chargebee-portal';
import { catchError, map, type Observable } from 'rxjs';
import { apolloClient } from './apollo-client';
import { apolloError } from './apollo-error';
import {
  CreateManagePaymentSourcesPageDocument,
  CreatePortalSessionDocument,
  LogoutPortalSessionDocument,
} from './generated/documents';

/** Options of `withApollo`. */
export interface ApolloBackendOptions {
  /** The name of the client in `provideNamedApollo`; by default the default client. */
  client?: string;
}

/**
 * Requests sessions from `chargebee-portal-server`, or from any server with the same schema, with the app's Apollo client, so
 * its links can add the bearer token. Sessions are not cached. Requires `provideApollo()` of `apollo-angular`.
 *
 * ```ts
 * provideChargebeePortal({ site: 'acme-test' }, withApollo(), withIdentity(() => inject(Auth).userId))
 * ```
 *
 * @param options The Apollo client, if it is not the default one.
 */
export function withApollo({ client }: ApolloBackendOptions = {}): PortalFeature {
  return withBackend(() => {
    const apollo = apolloClient('withApollo()', client);
    const mutate = <T, V extends OperationVariables>(
      mutation: TypedDocumentNode<T, V>,
      variables: V,
    ): Observable<T> =>
      apollo
        .mutate<T>({
          mutation,
          variables,
          fetchPolicy: 'no-cache',
          errorPolicy: 'none',
          useMutationLoading: false, // Otherwise the first value may be a state without data.
        })
        .pipe(
          catchError((error: unknown) => {
            throw apolloError(error);
          }),
          map(({ data }) => {
            if (data) return data;
            throw new PortalError('INVALID_RESPONSE');
          }),
        );
    return {
      createSession: (input) =>
        mutate(CreatePortalSessionDocument, { input }).pipe(
          map((data) => data.createPortalSession),
        ),
      createPaymentSourcesPage: (input) =>
        mutate(CreateManagePaymentSourcesPageDocument, { input }).pipe(
          map((data) => data.createManagePaymentSourcesPage),
        ),
      logoutSession: (id) => mutate(LogoutPortalSessionDocument, { id }),
    };
  });
}
