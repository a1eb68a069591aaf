import { PortalError } from '../errors.js';

/**
 * Chooses the customer of a request, which is always one of the caller's own.
 *
 * @param customerIds the customers of the verified caller
 * @param requestedId the customer that the caller names, required only when there are several
 */
export function chooseCustomer(
  customerIds: readonly string[],
  requestedId: string | null | undefined,
): string {
  if (requestedId != null) {
    if (customerIds.includes(requestedId)) return requestedId;
    throw new PortalError('FORBIDDEN', 'This customer is not one of yours.');
  }
  const [only, ...others] = customerIds;
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
