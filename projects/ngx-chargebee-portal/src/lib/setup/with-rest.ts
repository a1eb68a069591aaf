import { HttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import { createRestBackend, type RestBackendOptions } from '../backends/rest-backend';
import type { PortalFeature } from './portal-feature';
import { resolveOptions } from './resolve-options';
import { withBackend } from './with-backend';

/**
 * Requests sessions from the JSON endpoints of `chargebee-portal-server`, or from endpoints of your own that answer with
 * Chargebee's objects, as Chargebee's guides have them. Requests are sent with `HttpClient`, so your interceptors add the
 * bearer token.
 *
 * The backend has `POST {url}/portal-session`, `POST {url}/manage-payment-sources` for `chargebeePaymentSources`, and
 * `POST {url}/portal-session/{id}/logout` for sessions that were opened without chargebee.js.
 *
 * @param options Where the server is, or a function that returns it: it runs once, in an injection context, when the
 *   backend is first needed.
 */
export function withRest(
  options: RestBackendOptions | (() => RestBackendOptions),
): PortalFeature<'backend'> {
  return withBackend(() =>
    createRestBackend(inject(HttpClient), resolveOptions('withRest', options)),
  );
}
