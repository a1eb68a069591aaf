import type { PortalError } from './portal-error';

/**
 * Writes an error to the console, since an app need not listen to `portalError`. For development. Without the cause, which
 * can contain the response of the backend.
 */
export function warnAboutFailure({ code, message }: PortalError): void {
  // It is no mistake: it belongs to the use of several accounts or tabs.
  if (code === 'IDENTITY_CHANGED') return;
  console.warn(`ngx-chargebee-portal failed with ${code}: ${message}`);
}
