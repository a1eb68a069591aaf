import { FormActions } from '../../html/form.js';
import { cardName } from '../../store/card-names.js';
import { Layout } from '../layout.js';
import { requirePaymentSource } from '../ownership.js';
import type { PageRequest, Pages } from '../pages.js';
import { registerAddCard } from './add-card.js';
import { CardSummary } from './card-summary.js';
import { registerDetails } from './details.js';
import { registerEditCard } from './edit-card.js';
import { registerList } from './list.js';

/** Registers the payment method pages, for the portal or for the hosted page. @param prefix The prefix of the routes. */
export function registerPaymentMethods(pages: Pages, prefix: string): void {
  const { store } = pages.context;
  registerList(pages, prefix);
  registerDetails(pages, prefix);
  registerAddCard(pages, prefix);
  registerEditCard(pages, prefix);

  pages.button(`${prefix}/payment-methods/:source/make-primary`, listPath, (request) => {
    const source = requirePaymentSource(store, request);
    store.paymentSources.makePrimary(request.view.customer.id, source.id);
    return {
      to: listPath(request),
      notice: `${cardName(source.card)} is your primary payment method now.`,
      events: [{ name: 'paymentSourceUpdate', data: 'success' }],
    };
  });

  pages.page(`${prefix}/payment-methods/:source/remove`, (request) => {
    const { view } = request;
    const source = requirePaymentSource(store, request);
    const back = listPath(request);
    const action = view.href(`${back}/${encodeURIComponent(source.id)}/remove`);
    return (
      <Layout
        view={view}
        title="Remove this card?"
        menuPath="/portal/v2/payment-methods"
        back={{ path: back, label: 'Payment methods' }}
      >
        <form class="card" method="post" action={action}>
          <div class="actions">
            <CardSummary source={source} />
          </div>
          <p>Your subscriptions will not be charged to it any more.</p>
          <FormActions
            submit="Remove card"
            danger
            cancelTo={view.href(back)}
            cancelLabel="Keep it"
          />
        </form>
      </Layout>
    );
  });

  pages.button(`${prefix}/payment-methods/:source/remove`, listPath, (request) => {
    const source = requirePaymentSource(store, request);
    store.paymentSources.remove(source.id);
    return {
      to: listPath(request),
      notice: `${cardName(source.card)} has been removed.`,
      events: [{ name: 'paymentSourceRemove' }],
    };
  });
}

const listPath = ({ view }: PageRequest): string => `${view.base}/payment-methods`;
