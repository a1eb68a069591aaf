import { PortalError } from './portal-error';
import { warnAboutFailure } from './warn-about-failure';

describe('the warning about a failure', () => {
  const warningOf = (error: PortalError): string => {
    const warn = spyOn(console, 'warn');
    warnAboutFailure(error);
    return warn.calls.allArgs().join();
  };

  it('says what to check, beside the message of the backend for users', () => {
    expect(warningOf(new PortalError('UNAUTHENTICATED', 'Sign in and try again.'))).toMatch(
      /failed with UNAUTHENTICATED: Sign in and try again\. .*interceptor/,
    );
  });

  it('says it once when the backend sent no message', () => {
    const { message } = new PortalError('ENDPOINT_NOT_FOUND');
    expect(warningOf(new PortalError('ENDPOINT_NOT_FOUND'))).toBe(
      `ngx-chargebee-portal failed with ENDPOINT_NOT_FOUND: ${message}`,
    );
  });

  it('adds nothing to messages that are about the set-up already', () => {
    expect(warningOf(new PortalError('FORBIDDEN', 'This customer is not one of yours.'))).toBe(
      'ngx-chargebee-portal failed with FORBIDDEN: This customer is not one of yours.',
    );
  });
});
