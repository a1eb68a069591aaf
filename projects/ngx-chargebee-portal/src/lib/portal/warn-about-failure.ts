import type { PortalError } from './portal-error';

/**
 * Writes an error to the console, since an app need not listen to `portalError`. For development. Without the cause, which
 * can contain the response of the backend.
 */
export function warnAboutFailure({ code, message }: PortalError): void {
  // Not a mistake of the developer: it happens when accounts or tabs are used side by side.
  if (code === 'IDENTITY_CHANGED') return;
  console.warn(`ngx-chargebee-portal failed with ${code}: ${message}`);
}
