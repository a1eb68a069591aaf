import type { PortalRequest } from '../backends/portal-backend';
import type { PortalError } from '../portal/portal-error';
import type { PortalConfig } from '../setup/portal-config';

/** Chargebee accepts redirect URLs of at most 250 characters. The rest is for the origin. */
const LONGEST_PATH = 180;

/** Creates a request for a session, with the current page as the redirect URL and a new idempotency key. */
export function createRequest(
  { redirectUrl }: PortalConfig,
  customerId: string | undefined,
  forwardUrl: string | undefined,
): PortalRequest {
  const { origin, pathname } = location;
  const page = origin + (pathname.length > LONGEST_PATH ? '/' : pathname);
  return {
    customerId,
    // Chargebee redirects only to http(s), and not to the pages of an app in a web view, such as capacitor://localhost.
    redirectUrl: redirectUrl ?? (page.startsWith('http') ? page : undefined),
    ...(forwardUrl && { forwardUrl }),
    // Browsers have no randomUUID in an insecure context. The key is optional.
    idempotencyKey: (crypto as Partial<Crypto>).randomUUID?.(),
  };
}

/** Returns whether the backend has rejected the request because of its forward URL. */
export const isForwardUrlRefused = ({ code, argument }: PortalError): boolean =>
  code === 'BAD_USER_INPUT' && !!argument?.endsWith('forwardUrl');
