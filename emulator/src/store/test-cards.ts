import { cardRefused, wrongValue } from '../errors.js';
import type { CardType } from './resources.js';

/** A card number that no bank has issued, and what the emulated gateway says to it. */
export interface TestCard {
  number: string;
  brand: CardType;
  funding: 'credit' | 'debit';
  accepted: boolean;
}

/** The usual test numbers of the card schemes. Any other is refused, so that no real card is ever given to an emulator. */
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

/** Looks a number up, spaces and dashes apart. @throws ChargebeeError when it is none of them, or the declined one. */
export function acceptTestCard(number: string, param = 'card[number]'): TestCard {
  const digits = number.replace(/[\s-]/g, '');
  const card = TEST_CARDS.find((known) => known.number === digits);
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
