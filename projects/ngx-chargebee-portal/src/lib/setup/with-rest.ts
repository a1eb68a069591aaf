import { HttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import { createRestBackend, type RestBackendOptions } from '../backends/rest-backend';
import type { PortalFeature } from './portal-feature';
import { resolveOptions } from './resolve-options';
import { withBackend } from './with-backend';

/**
 * Requests sessions from the JSON endpoints of `chargebee-portal-server`, or from your own endpoints if they answer with
 * the objects of Chargebee's API, as Chargebee's guides show it. It uses `HttpClient`, so your interceptors can add the bearer
 * token.
 *
 * ```ts
 * withRest({ url: '/billing' })
 * ```
 *
 * It requests `POST {url}/portal-session`, `POST {url}/manage-payment-sources` for `chargebeePaymentSources`, and
 * `POST {url}/portal-session/{id}/logout` to end sessions that were opened without chargebee.js.
 *
 * @param options The URL of the endpoints; or a function that returns the options, for a URL that is loaded at run time. The
 *   function runs once, in an injection context, when a session is first requested.
 */
export function withRest(
  options: RestBackendOptions | (() => RestBackendOptions),
): PortalFeature<'backend'> {
  return withBackend(() =>
    createRestBackend(inject(HttpClient), resolveOptions('withRest', options)),
  );
}
