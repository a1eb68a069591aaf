import { HttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import { createGraphqlBackend, type GraphqlBackendOptions } from '../backends/graphql-backend';
import type { PortalFeature } from './portal-feature';
import { resolveOptions } from './resolve-options';
import { withBackend } from './with-backend';

/**
 * Requests sessions from `chargebee-portal-server`, or from any GraphQL server with the same schema. It uses `HttpClient`, so
 * your interceptors can add the bearer token.
 *
 * ```ts
 * withGraphql({ url: '/graphql' })
 * ```
 *
 * @param options The URL of the endpoint; or a function that returns the options, for a URL that is loaded at run time. The
 *   function runs once, in an injection context, when a session is first requested.
 */
export function withGraphql(
  options: GraphqlBackendOptions | (() => GraphqlBackendOptions),
): PortalFeature<'backend'> {
  return withBackend(() =>
    createGraphqlBackend(inject(HttpClient), resolveOptions('withGraphql', options)),
  );
}
