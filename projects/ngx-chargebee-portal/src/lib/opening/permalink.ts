import type { PortalOpenOptions } from '../portal/portal-options';
import type { PortalConfig } from '../setup/portal-config';

/**
 * Returns the URL of a section, to which an access URL can forward. Chargebee documents such a URL only for editing a
 * subscription. For other sections the portal opens at its home page.
 */
export function permalinkOf(
  { site, domain }: PortalConfig,
  { section, params }: PortalOpenOptions,
): string | undefined {
  if (section !== 'EDIT_SUBSCRIPTION') return undefined;
  const origin = domain ?? `https://${site}.chargebeeportal.com`;
  const id = encodeURIComponent(params.subscriptionId);
  return `${origin}/portal/permalink/subscriptions/${id}/edit`;
}
