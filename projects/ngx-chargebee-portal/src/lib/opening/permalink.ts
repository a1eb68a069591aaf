import type { PortalOpenOptions } from '../portal/portal-options';
import type { PortalConfig } from '../setup/portal-config';

/**
 * The address of a section within the portal, for a portal that is opened by its access URL. Chargebee documents one for
 * editing a subscription only; without one the portal opens at its home page.
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
