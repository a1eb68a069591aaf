import type { FastifyReply } from 'fastify';
import type { EmulatorConfig } from '../config.js';
import { sendMessage, type MessageOptions } from '../portal/message.js';
import type { View } from '../portal/view.js';
import type { HostedPage } from '../store/resources.js';

/** Ends the visit of a succeeded hosted page. */
export const leaveSucceeded = (
  reply: FastifyReply,
  config: EmulatorConfig,
  view: View,
  page: HostedPage,
): FastifyReply =>
  leave(reply, config, view, page, page.redirect_url, {
    heading: 'All done',
    events: [{ name: 'success', data: page.id }],
  });

/** Ends the visit of a cancelled hosted page. Only checkouts have a separate URL for this, as in Chargebee. */
export const leaveCancelled = (
  reply: FastifyReply,
  config: EmulatorConfig,
  view: View,
  page: HostedPage,
): FastifyReply =>
  leave(reply, config, view, page, page.checkout ? page.cancel_url : page.redirect_url, {
    heading: 'Cancelled',
  });

/** Redirects to the merchant's page, or lets chargebee.js close the hosted page. */
function leave(
  reply: FastifyReply,
  config: EmulatorConfig,
  view: View,
  { id, state }: HostedPage,
  to: string | undefined,
  message: Pick<MessageOptions, 'heading' | 'events'>,
): FastifyReply {
  if (to && !view.merchantOrigin) {
    const url = new URL(to);
    url.searchParams.set('id', id);
    url.searchParams.set('state', state);
    return reply.redirect(url.href, 303);
  }
  const content = <p>You can close this page.</p>;
  return sendMessage(reply, config, view, { ...message, task: 'done' }, content);
}
