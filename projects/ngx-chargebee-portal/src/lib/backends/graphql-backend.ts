import type { HttpClient } from '@angular/common/http';
import { map, type Observable } from 'rxjs';
import { toPortalError, type BackendFailure } from './backend-error';
import {
  CreateManagePaymentSourcesPageOperation,
  CreatePortalSessionOperation,
  LogoutPortalSessionOperation,
} from './generated/operations';
import type { PortalBackend } from './portal-backend';

/** Options of `withGraphql`. */
export interface GraphqlBackendOptions {
  /** The URL of the GraphQL endpoint, such as `/graphql`. */
  url: string;
  /** Sends cookies also if the backend is on another origin, for apps that sign in by cookie. By default `false`. */
  withCredentials?: boolean;
}

/** Creates a backend that sends the operations of `operations.graphql` with `HttpClient`. */
export function createGraphqlBackend(
  http: HttpClient,
  { url, withCredentials }: GraphqlBackendOptions,
): PortalBackend {
  // Each operation has one field, whose value is returned. `askBackend` validates it.
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
