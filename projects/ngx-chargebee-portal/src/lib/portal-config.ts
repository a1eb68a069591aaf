import { InjectionToken } from '@angular/core';
import { PortalError } from './portal-error';

/** Which Chargebee site the portal is of, and how chargebee.js shows it. */
export interface PortalConfig {
  /** The site's name: `acme-test` for `https://acme-test.chargebee.com`. */
  site: string;
  /** The site's own domain, where it has one: an origin such as `https://billing.example.com`. */
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

/** The configuration given to `provideChargebeePortal`. */
export const PORTAL_CONFIG = new InjectionToken<PortalConfig>('PORTAL_CONFIG', {
  providedIn: 'root',
  factory: () => {
    throw new PortalError('NOT_CONFIGURED', 'Add provideChargebeePortal() to the providers.');
  },
});

/** Where chargebee.js comes from. */
export const SCRIPT_URL = new InjectionToken<string>('CHARGEBEE_SCRIPT_URL', {
  providedIn: 'root',
  factory: () => 'https://js.chargebee.com/v2/chargebee.js',
});

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** The origin of a URL that a session may be sent to: by https, or on this very machine. Else the empty string. */
function safeOrigin(url: string): string {
  try {
    const { origin } = new URL(url);
    return origin.startsWith('https:') || LOOPBACK.test(origin) ? origin : '';
  } catch {
    return '';
  }
}

/** Throws when the configuration cannot work, saying what to write instead. */
export function checkConfig({ site, domain }: PortalConfig): void {
  if (!/^[\w-]+$/.test(site)) {
    throw new PortalError(
      'NOT_CONFIGURED',
      `site: "${site}" is no site's name; write "acme" for https://acme.chargebee.com.`,
    );
  }
  if (domain && !safeOrigin(domain)) {
    throw new PortalError('NOT_CONFIGURED', `domain: "${domain}" is no https origin.`);
  }
}

/** The URL itself, when it is one on the portal's own hosts; else throws. The URL is a secret: no message holds it. */
export function checkPortalUrl({ site, domain }: PortalConfig, url: string): string {
  const hosts = [
    `https://${site}.chargebeeportal.com`,
    `https://${site}.chargebee.com`,
    safeOrigin(domain ?? ''),
  ];
  const origin = safeOrigin(url);
  if (!origin || !hosts.includes(origin)) {
    throw new PortalError('INVALID_RESPONSE', 'The address is not on the portal’s own host.');
  }
  return url;
}
