import type { Card, CardType } from './resources.js';

const names: Record<CardType, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  american_express: 'American Express',
  discover: 'Discover',
  jcb: 'JCB',
};

/** Returns a card brand's name, such as "American Express". */
export const brandName = (brand: CardType): string => names[brand];

/** Returns a card's name, such as "Visa ending in 1111". */
export const cardName = ({ brand, last4 }: Pick<Card, 'brand' | 'last4'>): string =>
  `${names[brand]} ending in ${last4}`;
