import { cardName } from '../../store/card-names.js';
import type { Card, CardType, PaymentSource } from '../../store/resources.js';

/** The text on the picture of a card. */
const shortNames: Record<CardType, string> = {
  visa: 'Visa',
  mastercard: 'MC',
  american_express: 'Amex',
  discover: 'Disc',
  jcb: 'JCB',
};

/** Returns a card's expiry, such as "04/2031". */
export const formatExpiry = ({ expiry_month, expiry_year }: Card): string =>
  `${String(expiry_month).padStart(2, '0')}/${expiry_year}`;

/** Shows a card's name and expiry. */
export function CardSummary({ source, primary }: { source: PaymentSource; primary?: boolean }) {
  const { card, status } = source;
  return (
    <>
      <span class="card-face" aria-hidden="true">
        {shortNames[card.brand]}
      </span>
      <div class="grow">
        <div>
          {cardName(card)} {primary && <span class="badge good">Primary</span>}{' '}
          {status === 'expiring' && <span class="badge warn">Expires this month</span>}
          {status === 'expired' && <span class="badge bad">Expired</span>}
        </div>
        <div class="muted small">
          {status === 'expired' ? 'Expired' : 'Expires'} {formatExpiry(card)}
        </div>
      </div>
    </>
  );
}
