import type { Card, CardType, PaymentSource } from '../../store/resources.js';

const brands: Record<CardType, { name: string; short: string }> = {
  visa: { name: 'Visa', short: 'Visa' },
  mastercard: { name: 'Mastercard', short: 'MC' },
  american_express: { name: 'American Express', short: 'Amex' },
  discover: { name: 'Discover', short: 'Disc' },
  jcb: { name: 'JCB', short: 'JCB' },
};

/** Returns a card brand's name, such as "American Express". */
export const brandName = (brand: CardType): string => brands[brand].name;

/** Returns a card's name, such as "Visa ending in 1111". */
export const cardName = ({ brand, last4 }: Card): string =>
  `${brands[brand].name} ending in ${last4}`;

/** Returns a card's expiry, such as "04/2031". */
export const formatExpiry = ({ expiry_month, expiry_year }: Card): string =>
  `${String(expiry_month).padStart(2, '0')}/${expiry_year}`;

/** Shows a card's name and expiry. */
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
          {status === 'expired' ? 'Expired' : 'Expires'} {formatExpiry(card)}
        </div>
      </div>
    </>
  );
}
