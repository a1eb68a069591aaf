import type { Card, CardType, PaymentSource } from '../../store/resources.js';

const brands: Record<CardType, { name: string; short: string }> = {
  visa: { name: 'Visa', short: 'Visa' },
  mastercard: { name: 'Mastercard', short: 'MC' },
  american_express: { name: 'American Express', short: 'Amex' },
  discover: { name: 'Discover', short: 'Disc' },
  jcb: { name: 'JCB', short: 'JCB' },
};

/** Such as "Visa ending in 1111". */
export const cardName = ({ brand, last4 }: Card): string =>
  `${brands[brand].name} ending in ${last4}`;

/** Such as "04/2031". */
export const expiry = ({ expiry_month, expiry_year }: Card): string =>
  `${String(expiry_month).padStart(2, '0')}/${expiry_year}`;

/** A card with its name and when it expires. */
export function CardSummary({ source, primary }: { source: PaymentSource; primary?: boolean }) {
  const { card, status } = source;
  return (
    <>
      <span class="card-face" aria-hidden="true">
        {brands[card.brand].short}
      </span>
      <div class="grow">
        <div>
          {cardName(card)} {primary && <span class="badge good">Primary</span>}{' '}
          {status === 'expiring' && <span class="badge warn">Expires this month</span>}
          {status === 'expired' && <span class="badge bad">Expired</span>}
        </div>
        <div class="muted small">
          {status === 'expired' ? 'Expired' : 'Expires'} {expiry(card)}
        </div>
      </div>
    </>
  );
}
