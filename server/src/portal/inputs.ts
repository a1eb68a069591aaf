import { PortalError } from '../errors.js';
import { isResourceId } from '../gateway/resource-id.js';

const MAX_IDEMPOTENCY_KEY_LENGTH = 100;

export function checkSessionId(id: string): void {
  if (!isResourceId(id)) {
    throw new PortalError('BAD_USER_INPUT', 'This is not the id of a portal session.', {
      argument: 'id',
    });
  }
}

export function checkIdempotencyKey(key: string): void {
  if (key === '' || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    throw new PortalError(
      'BAD_USER_INPUT',
      `The idempotency key must have 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters.`,
      { argument: 'input.idempotencyKey' },
    );
  }
}
