import { PortalError } from '../portal/portal-error';

declare const ngDevMode: unknown;

/** The Chargebee site, and how chargebee.js shows its portal. */
export interface PortalConfig {
  /** The site's name: `acme-test` for `https://acme-test.chargebee.com`. */
  site: string;
  /** The site's own domain, where it has one: an origin such as `https://billing.example.com`, without a path. */
  domain?: string;
  /** The language of the portal, as Chargebee names it: `en`, `fr`, `pt-BR`, … Left out, Chargebee chooses. */
  locale?: string;
  /** Shows the portal in the page on phones too, where chargebee.js would open a window. */
  iframeOnly?: boolean;
  /** Leaves the page for the portal, instead of opening it over the page or in a window. */
  enableRedirectMode?: boolean;
  /** The business entity, for sites that have several. */
  businessEntityId?: string;
  /** The site's publishable key; the portal needs none. */
  publishableKey?: string;
  /** Whether the site uses Product Catalog 2.0. */
  isItemsModel?: boolean;
  /**
   * Where logging out of a portal in its own window leads: an absolute URL, of at most 250 characters, whose origin
   * the backend allows. By default the page the portal was opened from, without its query and fragment.
   */
  redirectUrl?: string;
}

/**
 * Returns the URL if it is on one of the portal's own hosts. Else throws `SITE_MISMATCH`, or `INVALID_RESPONSE` if it is not
 * an http(s) URL. The URL is a secret: no error holds more of it than its origin.
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

/** Warns when the URL of a session is not of the configured site. For development. */
export function warnOnSiteMismatch(config: PortalConfig, url: string): void {
  try {
    checkPortalUrl(config, url);
  } catch (error) {
    console.warn(`ngx-chargebee-portal: ${(error as PortalError).message}`);
  }
}
