import { PortalError } from '../portal/portal-error';

declare const ngDevMode: unknown;

/** The Chargebee site, and options for showing its portal. */
export interface PortalConfig {
  /** The name of the site: `acme-test` for `https://acme-test.chargebee.com`. */
  site: string;
  /** The custom domain, if the site has one: an origin such as `https://billing.example.com`, without a path. */
  domain?: string;
  /** The language of the portal: `en`, `fr`, `pt-BR`, … By default Chargebee chooses it. */
  locale?: string;
  /** Shows the portal in an iframe on phones too, where chargebee.js opens a window by default. */
  iframeOnly?: boolean;
  /** Navigates from the page to the portal, instead of showing it in an iframe or a window. */
  enableRedirectMode?: boolean;
  /** The id of the business entity, for sites with several. */
  businessEntityId?: string;
  /** The site's publishable key. The portal does not require it. */
  publishableKey?: string;
  /** Whether the site uses Product Catalog 2.0. */
  isItemsModel?: boolean;
  /**
   * The absolute URL to which Chargebee redirects when the customer logs out of a portal that is in a window: at most 250
   * characters long, and of an origin that the backend allows. By default the current page without query and fragment.
   */
  redirectUrl?: string;
}

/**
 * Returns the URL if it is on the configured site or domain. The URL is a secret: errors contain only its origin.
 *
 * @throws PortalError `SITE_MISMATCH` if it is on another host, `INVALID_RESPONSE` if it is not an http(s) URL
 */
export function checkPortalUrl({ site, domain }: PortalConfig, url: string): string {
  const siteUrl = RegExp(`^https://${site}\\.chargebee(portal)?\\.com/`);
  if (siteUrl.test(url) || url.startsWith(`${domain}/`)) return url;
  const [origin] = /^https?:\/\/[^/]+/.exec(url) ?? [];
  if (!origin) throw new PortalError('INVALID_RESPONSE');
  throw new PortalError(
    'SITE_MISMATCH',
    typeof ngDevMode === 'undefined' || ngDevMode
      ? `The backend opens portals at ${origin}, but provideChargebeePortal() has the site "${site}"` +
          `${domain ? ` and the domain "${domain}"` : ''}. Set both sides to the same site; set \`domain\` for a site ` +
          'with a domain of its own, or for chargebee-emulator.'
      : undefined,
  );
}

/** Warns if the URL of a session is not on the configured site or domain. For development. */
export function warnOnSiteMismatch(config: PortalConfig, url: string): void {
  try {
    checkPortalUrl(config, url);
  } catch (error) {
    console.warn(`ngx-chargebee-portal: ${(error as PortalError).message}`);
  }
}
