import { PortalError, type PortalErrorCode } from 'ngx-chargebee-portal';
import { explain } from './explain';

describe('explain', () => {
  const expected: readonly [PortalErrorCode, RegExp, RegExp][] = [
    ['UNAUTHENTICATED', /session has expired/, /Sign in again/],
    ['FORBIDDEN', /not yours/, /one of your own/],
    ['CUSTOMER_NOT_FOUND', /no billing account/, /first order/],
    ['BAD_USER_INPUT', /not clear which/, /Choose an account/],
    ['BILLING_UNAVAILABLE', /cannot be reached/, /Try again in a minute/],
    ['NETWORK_ERROR', /did not answer/, /Check your connection/],
    ['POPUP_BLOCKED', /kept the billing window/, /once more/],
    ['IDENTITY_CHANGED', /account changed/, /Open it again/],
    ['BILLING_MISCONFIGURED', /could not be opened/, /fault is ours/],
    ['UNKNOWN', /could not be opened/, /contact support/],
  ];
  for (const [code, title, next] of expected) {
    it(`says what happened and what to do next, for ${code}`, () => {
      const text = explain(new PortalError(code, 'for developers'));
      expect(text.title).toMatch(title);
      expect(text.next).toMatch(next);
      expect(text.title + text.next).not.toContain(code);
    });
  }

  for (const [retryAfter, wait] of [
    [1, 'Wait 1 second,'],
    [12, 'Wait 12 seconds,'],
    [undefined, 'Wait 60 seconds,'],
  ] as const) {
    it(`names the time to wait: ${wait}`, () => {
      const error = new PortalError('RATE_LIMITED', 'for developers', { retryAfter });
      expect(explain(error).next).toContain(wait);
    });
  }
});
