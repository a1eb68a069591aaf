import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { sendMessage } from '../portal/message.js';
import { Pages } from '../portal/pages.js';
import { registerPaymentMethods } from '../portal/payment-methods/index.js';
import { presentationOf } from '../portal/view.js';
import { registerCheckout } from './checkout.js';
import { registerDropIn } from './drop-in.js';
import { identityOf, kindOf } from './identity.js';
import type { PageKind } from './identity.js';
import { leaveCancelled, leaveSucceeded } from './leave.js';

/** Registers the hosted pages: `/pages/v3/…`. A page's id is a secret that gives access to it until it is finished or expires. */
export const hostedPages: FastifyPluginCallback<EmulatorContext> = (app, context, done) => {
  const { store, config } = context;
  const pagesFor = (kind?: PageKind) =>
    new Pages(app, context, (request: FastifyRequest) => identityOf(request, context, kind));

  const pages = pagesFor();
  for (const path of ['/pages/v3/:page', '/pages/v3/:page/']) {
    pages.redirect(path, ({ view: { base, hostedPage } }) =>
      hostedPage ? `${base}/${kindOf(hostedPage)}` : base,
    );
  }
  pages.endVisit('/pages/v3/:page/cancel', ({ view, params }, reply) =>
    leaveCancelled(reply, config, view, store.hostedPages.cancel(params.page ?? '')),
  );

  const paymentMethods = pagesFor('payment-methods');
  registerPaymentMethods(paymentMethods, '/pages/v3/:page');
  paymentMethods.endVisit('/pages/v3/:page/done', ({ view, params }, reply) =>
    leaveSucceeded(reply, config, view, store.hostedPages.succeed(params.page ?? '')),
  );

  registerCheckout(pagesFor('checkout'));
  registerDropIn(app, context);

  // chargebee.js shows this page until the merchant's server has created the hosted page.
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
