import type { HttpClient } from '@angular/common/http';
import { map, type Observable } from 'rxjs';
import { toPortalError, type BackendFailure } from './backend-error';
import {
  CreateManagePaymentSourcesPageOperation,
  CreatePortalSessionOperation,
  LogoutPortalSessionOperation,
} from './generated/operations';
import type { PortalBackend } from './portal-backend';

/** Where the GraphQL backend is. */
export interface GraphqlBackendOptions {
  /** The URL of its endpoint, such as `/graphql`. */
  url: string;
  /** Sends cookies to another origin too, for an app that signs in by cookie. */
  withCredentials?: boolean;
}

/** A backend that sends the operations of `schema.graphql` with `HttpClient`. */
export function createGraphqlBackend(
  http: HttpClient,
  { url, withCredentials }: GraphqlBackendOptions,
): PortalBackend {
  // Every operation has a single field. The caller validates its value.
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
    createPaymentSourcesPage: (input) => mutate(CreateManagePaymentSourcesPageOperation, { input }),
    logoutSession: (id) => mutate(LogoutPortalSessionOperation, { id }),
  };
}
