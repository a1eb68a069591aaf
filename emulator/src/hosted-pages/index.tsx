import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { sendMessage, type MessageOptions } from '../portal/message.js';
import { Pages, type Identity } from '../portal/pages.js';
import { registerPaymentMethods } from '../portal/payment-methods/index.js';
import { presentationOf, type View } from '../portal/view.js';
import type { HostedPage } from '../store/resources.js';

/** Hosted pages: `/pages/v3/…`. Whoever knows a page's id may use it, until it is done or an hour old. */
export const hostedPages: FastifyPluginCallback<EmulatorContext> = (app, context, done) => {
  const { store, config } = context;

  const pages = new Pages(app, context, (request) => identityOf(request, context));
  registerPaymentMethods(pages, '/pages/v3/:page');
  pages.redirect('/pages/v3/:page', ({ view }) => `${view.base}/payment-methods`);
  pages.redirect('/pages/v3/:page/', ({ view }) => `${view.base}/payment-methods`);

  pages.end('/pages/v3/:page/done', ({ view, params }, reply) => {
    const hostedPage = store.hostedPages.succeed(params.page ?? '');
    const events = [{ name: 'success' as const, data: hostedPage.id }];
    return leave(reply, view, hostedPage, { heading: 'All done', events });
  });

  pages.end('/pages/v3/:page/cancel', ({ view, params }, reply) => {
    const hostedPage = store.hostedPages.cancel(params.page ?? '');
    return leave(reply, view, hostedPage, { heading: 'Cancelled' });
  });

  /** Leads back to where the page was opened from, or lets chargebee.js close it. */
  function leave(
    reply: FastifyReply,
    view: View,
    { id, state, redirect_url }: HostedPage,
    message: Pick<MessageOptions, 'heading' | 'events'>,
  ): FastifyReply {
    if (redirect_url && !view.host) {
      const url = new URL(redirect_url);
      url.searchParams.set('id', id);
      url.searchParams.set('state', state);
      return reply.redirect(url.href, 303);
    }
    const content = <p>You can close this page.</p>;
    return sendMessage(reply, config, view, { ...message, task: 'done' }, content);
  }

  // What chargebee.js shows until the merchant's server has made a hosted page.
  app.get('/pages/v3/loading', async (request, reply) =>
    sendMessage(
      reply,
      config,
      presentationOf(request, context),
      { heading: 'One moment', task: 'silent' },
      <div class="spinner" />,
    ),
  );

  done();
};

/** @throws ChargebeeError when there is no such page, or no longer */
function identityOf(request: FastifyRequest, { store }: EmulatorContext): Identity {
  const { page: id = '' } = request.params as { page?: string };
  const hostedPage = store.hostedPages.open(id);
  return {
    key: id,
    customer: store.customers.retrieve(hostedPage.customer_id),
    base: `/pages/v3/${encodeURIComponent(id)}`,
    hostedPage,
    leadsAway: Boolean(hostedPage.redirect_url),
  };
}
