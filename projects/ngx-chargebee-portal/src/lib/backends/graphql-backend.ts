import { HttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import { map, type Observable } from 'rxjs';
import { withBackend, type PortalFeature } from '../features';
import {
  CreateManagePaymentSourcesPageOperation,
  CreatePortalSessionOperation,
  LogoutPortalSessionOperation,
} from '../generated/operations';
import { toPortalError, type BackendFailure } from './backend-error';

/** Where the GraphQL backend is. */
export interface GraphqlBackendOptions {
  /** The URL of its endpoint, such as `/graphql`. */
  url: string;
  /** Sends cookies to another origin too, for an app that signs in by cookie. */
  withCredentials?: boolean;
}

/**
 * Takes sessions from `chargebee-portal-server`, or any server with its schema, by Angular's `HttpClient`: the app's
 * interceptors add the bearer token.
 *
 * @param options Where the server is.
 */
export function withGraphql({ url, withCredentials }: GraphqlBackendOptions): PortalFeature {
  return withBackend(() => {
    const http = inject(HttpClient);
    // Each operation has one field; whether that is what was asked for, the caller checks.
    const mutate = <T>(query: string, variables: object): Observable<T> =>
      http
        .post<BackendFailure & { data?: Record<string, T> }>(
          url,
          { query, variables },
          { withCredentials },
        )
        .pipe(
          map((answer) => {
            if (answer?.errors) throw toPortalError(answer);
            return Object.values(answer?.data ?? {})[0];
          }),
        );
    return {
      createSession: (input) => mutate(CreatePortalSessionOperation, { input }),
      createPaymentSourcesPage: (input) =>
        mutate(CreateManagePaymentSourcesPageOperation, { input }),
      logoutSession: (id) => mutate(LogoutPortalSessionOperation, { id }),
    };
  });
}
