import { HttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import { createGraphqlBackend, type GraphqlBackendOptions } from '../backends/graphql-backend';
import type { PortalFeature } from './portal-feature';
import { resolveOptions } from './resolve-options';
import { withBackend } from './with-backend';

/**
 * Requests sessions from `chargebee-portal-server`, or from any GraphQL server with its schema. Requests are sent with
 * `HttpClient`, so your interceptors add the bearer token.
 *
 * @param options Where the server is, or a function that returns it: it runs once, in an injection context, when the
 *   backend is first needed.
 */
export function withGraphql(
  options: GraphqlBackendOptions | (() => GraphqlBackendOptions),
): PortalFeature<'backend'> {
  return withBackend(() =>
    createGraphqlBackend(inject(HttpClient), resolveOptions('withGraphql', options)),
  );
}
