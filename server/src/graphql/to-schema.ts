import type { ChargebeeHostedPage, ChargebeePortalSession } from '../gateway/types.js';
import type { HostedPage, PortalSession, PortalSessionStatus } from '../generated/resolvers.js';

const STATUS: Readonly<Record<ChargebeePortalSession['status'], PortalSessionStatus>> = {
  created: 'CREATED',
  logged_in: 'LOGGED_IN',
  logged_out: 'LOGGED_OUT',
  not_yet_activated: 'NOT_YET_ACTIVATED',
  activated: 'ACTIVATED',
};

/** Converts Chargebee's portal session to that of the schema. */
export function toPortalSession(session: ChargebeePortalSession): PortalSession {
  return {
    id: session.id,
    token: session.token,
    accessUrl: session.access_url,
    redirectUrl: session.redirect_url,
    status: STATUS[session.status],
    createdAt: toDate(session.created_at),
    expiresAt: toOptionalDate(session.expires_at),
    customerId: session.customer_id,
  };
}

/** Converts Chargebee's hosted page to that of the schema. */
export function toHostedPage(page: ChargebeeHostedPage): HostedPage {
  return {
    id: page.id,
    type: page.type,
    url: page.url,
    state: page.state,
    embed: page.embed,
    createdAt: toDate(page.created_at),
    expiresAt: toOptionalDate(page.expires_at),
  };
}

function toDate(seconds: number): Date {
  return new Date(seconds * 1000);
}

function toOptionalDate(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : toDate(seconds);
}
