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

/** Which Apollo client to use. */
export interface ApolloBackendOptions {
  /** The name of the client, as given to `provideNamedApollo`; left out, the default one. */
  client?: string;
}

/**
 * Takes sessions from `chargebee-portal-server`, or any server with its schema, by the app's Apollo client: its links
 * add the bearer token. Sessions stay out of Apollo's cache. Needs `provideApollo()` of `apollo-angular`.
 *
 * @param options Which client to use.
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
