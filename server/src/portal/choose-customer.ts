import { PortalError } from '../errors.js';

/**
 * Chooses the customer of a request, which is always one of the caller's own.
 *
 * @param own the customers of the verified caller
 * @param asked the customer that the caller names, required only when there are several
 */
export function chooseCustomer(own: readonly string[], asked: string | null | undefined): string {
  if (asked != null) {
    if (own.includes(asked)) return asked;
    throw new PortalError('FORBIDDEN', 'This customer is not one of yours.');
  }
  const [only, ...others] = own;
  if (only === undefined) {
    throw new PortalError('CUSTOMER_NOT_FOUND', 'There is no billing account for you yet.');
  }
  if (others.length > 0) {
    throw new PortalError('BAD_USER_INPUT', 'You have several billing accounts; say which one.', {
      argument: 'input.customerId',
    });
  }
  return only;
}
