import { HttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import { map, type Observable } from 'rxjs';
import { withBackend, type PortalFeature } from '../features';
import {
  CreateManagePaymentSourcesPageOperation,
  CreatePortalSessionOperation,
  LogoutPortalSessionOperation,
  type CreateManagePaymentSourcesPageMutation,
  type CreatePortalSessionMutation,
} from '../generated/operations';
import { PortalError } from '../portal-error';
import { toPortalError } from './backend-error';

/** Where the GraphQL backend is. */
export interface GraphqlBackendOptions {
  /** The URL of its endpoint, such as `/graphql`. */
  url: string;
  /** Sends cookies to another origin too, for an app that signs in by cookie. */
  withCredentials?: boolean;
}

/**
 * Takes sessions from `chargebee-portal-server`, or any server with its schema, by Angular's `HttpClient`: the app's
 * interceptors add the bearer token. Needs `provideHttpClient()`.
 *
 * @param options Where the server is.
 */
export function withGraphql({ url, withCredentials }: GraphqlBackendOptions): PortalFeature {
  return withBackend(() => {
    const http = inject(HttpClient, { optional: true });
    if (!http) {
      throw new PortalError('NOT_CONFIGURED', 'withGraphql() needs provideHttpClient().');
    }
    const mutate = <T>(query: string, variables: object): Observable<T> =>
      http.post<{ data?: T; errors?: [] }>(url, { query, variables }, { withCredentials }).pipe(
        map((answer) => {
          if (answer?.errors) throw toPortalError(answer);
          if (answer?.data) return answer.data;
          throw new PortalError('INVALID_RESPONSE', `${url} did not answer in GraphQL.`);
        }),
      );
    return {
      createSession: (input) =>
        mutate<CreatePortalSessionMutation>(CreatePortalSessionOperation, { input }).pipe(
          map((data) => data.createPortalSession),
        ),
      createPaymentSourcesPage: (input) =>
        mutate<CreateManagePaymentSourcesPageMutation>(CreateManagePaymentSourcesPageOperation, {
          input,
        }).pipe(map((data) => data.createManagePaymentSourcesPage)),
      logoutSession: (id) => mutate(LogoutPortalSessionOperation, { id }),
    };
  });
}
