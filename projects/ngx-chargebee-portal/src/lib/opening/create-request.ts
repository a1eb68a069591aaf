import type { PortalRequest } from '../backends/portal-backend';
import type { PortalError } from '../portal/portal-error';
import type { PortalConfig } from '../setup/portal-config';

/** Chargebee takes redirect URLs of 250 characters, origin included. */
const LONGEST_PATH = 180;

/** Creates the request that is sent to the backend from this page. */
export function createRequest(
  { redirectUrl }: PortalConfig,
  customerId: string | undefined,
  forwardUrl: string | undefined,
): PortalRequest {
  const { origin, pathname } = location;
  const page = origin + (pathname.length > LONGEST_PATH ? '/' : pathname);
  return {
    customerId,
    // Chargebee does not redirect to the pages of an app in a web view, such as capacitor://localhost.
    redirectUrl: redirectUrl ?? (page.startsWith('http') ? page : undefined),
    ...(forwardUrl && { forwardUrl }),
    // Without a secure context there is no randomUUID. The key is optional.
    idempotencyKey: (crypto as Partial<Crypto>).randomUUID?.(),
  };
}

/** Whether the backend does not allow the section's address, without which the portal opens at its home page. */
export const isForwardUrlRefused = ({ code, argument }: PortalError): boolean =>
  code === 'BAD_USER_INPUT' && !!argument?.endsWith('forwardUrl');
