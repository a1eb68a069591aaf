import { cardName } from '../../store/card-names.js';
import type { PaymentSource } from '../../store/resources.js';
import type { View } from '../view.js';

/** The buttons that make a card primary, edit it and remove it. */
export function CardActions({ view, source }: { view: View; source: PaymentSource }) {
  const path = `${view.base}/payment-methods/${encodeURIComponent(source.id)}`;
  const primary = source.id === view.customer.primary_payment_source_id;
  const which = <span class="visually-hidden"> {cardName(source.card)}</span>;
  return (
    <div class="actions">
      {!primary && (
        <form method="post" action={view.href(`${path}/make-primary`)}>
          <button class="button quiet">Make primary{which}</button>
        </form>
      )}
      <a class="button quiet" href={view.href(`${path}/edit`)}>
        Edit{which}
      </a>
      <a class="button quiet danger" href={view.href(`${path}/remove`)}>
        Remove{which}
      </a>
    </div>
  );
}
