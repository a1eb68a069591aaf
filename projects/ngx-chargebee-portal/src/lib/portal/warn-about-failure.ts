import { PortalError, type PortalErrorCode } from './portal-error';

/** Codes whose message from the backend is for users, while the cause is often in the set-up of the app. */
const OFTEN_THE_SETUP: readonly PortalErrorCode[] = ['UNAUTHENTICATED', 'ENDPOINT_NOT_FOUND'];

/**
 * Writes an error to the console, since an app need not listen to `portalError`. For development. Without the cause, which
 * can contain the response of the backend.
 */
export function warnAboutFailure({ code, message }: PortalError): void {
  // Not a mistake of the developer: it happens when accounts or tabs are used side by side.
  if (code === 'IDENTITY_CHANGED') return;
  const advice = OFTEN_THE_SETUP.includes(code) ? new PortalError(code).message : message;
  const text = advice === message ? message : `${message} ${advice}`;
  console.warn(`ngx-chargebee-portal failed with ${code}: ${text}`);
}
