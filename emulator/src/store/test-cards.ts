import { cardRefused, wrongValue } from '../errors.js';
import type { CardType } from './resources.js';

/** A test card number, and whether the emulated gateway accepts or declines it. */
export interface TestCard {
  number: string;
  brand: CardType;
  funding: 'credit' | 'debit';
  accepted: boolean;
}

/** The usual test numbers of the card networks. All other numbers are rejected, so that no real card number ever reaches an emulator. */
export const TEST_CARDS: readonly TestCard[] = [
  { number: '4111111111111111', brand: 'visa', funding: 'credit', accepted: true },
  { number: '4242424242424242', brand: 'visa', funding: 'credit', accepted: true },
  { number: '4012888888881881', brand: 'visa', funding: 'debit', accepted: true },
  { number: '5555555555554444', brand: 'mastercard', funding: 'credit', accepted: true },
  { number: '5105105105105100', brand: 'mastercard', funding: 'debit', accepted: true },
  { number: '378282246310005', brand: 'american_express', funding: 'credit', accepted: true },
  { number: '6011111111111117', brand: 'discover', funding: 'credit', accepted: true },
  { number: '3530111333300000', brand: 'jcb', funding: 'credit', accepted: true },
  { number: '4000000000000002', brand: 'visa', funding: 'credit', accepted: false },
];

/** Finds a test card, ignoring spaces and dashes. @throws ChargebeeError when the number is unknown or the card is declined */
export function acceptTestCard(number: string, param = 'card[number]'): TestCard {
  const digits = number.replace(/[\s-]/g, '');
  const card = TEST_CARDS.find((candidate) => candidate.number === digits);
  if (!card) {
    throw wrongValue(
      param,
      'is not a test card number. The emulator takes only those, such as 4111 1111 1111 1111.',
    );
  }
  if (!card.accepted) {
    throw cardRefused('(card_declined) The card was declined by the emulated gateway.');
  }
  return card;
}
