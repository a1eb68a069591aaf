import type { PortalError, PortalErrorCode } from 'ngx-chargebee-portal';

/** An error message for customers. */
export interface Explanation {
  /** What happened. */
  readonly title: string;
  /** What to do next. */
  readonly next: string;
  /** The label of a button that does it, if there is one. */
  readonly retry?: string;
}

const TRY_AGAIN = 'Try again';

/** Returns the message for an error, without technical details. */
export function explain(error: PortalError): Explanation {
  if (error.code === 'RATE_LIMITED') {
    return {
      title: 'Too many requests at the moment.',
      next: `Wait ${seconds(error.retryAfter)}, then try again.`,
      retry: TRY_AGAIN,
    };
  }
  return explanations[error.code] ?? operatorError;
}

/** For errors that only the operator can fix. */
const operatorError: Explanation = {
  title: 'Billing could not be opened.',
  next: 'The fault is ours. Try again later; if it keeps happening, contact support.',
  retry: TRY_AGAIN,
};

const explanations: Partial<Record<PortalErrorCode, Explanation>> = {
  UNAUTHENTICATED: {
    title: 'You are not signed in, or your session has expired.',
    next: 'Sign in again, then open billing.',
    retry: 'Sign in again',
  },
  FORBIDDEN: {
    title: 'This billing account is not yours to open.',
    next: 'Choose one of your own accounts, or ask its owner for access.',
  },
  CUSTOMER_NOT_FOUND: {
    title: 'There is no billing account for you yet.',
    next: 'It is made with your first order. If you have ordered already, contact support.',
  },
  BAD_USER_INPUT: {
    title: 'It is not clear which billing account to open.',
    next: 'Choose an account, then try again.',
  },
  BILLING_UNAVAILABLE: {
    title: 'Billing cannot be reached at the moment.',
    next: 'Nothing was changed. Try again in a minute.',
    retry: TRY_AGAIN,
  },
  NETWORK_ERROR: {
    title: 'Our service did not answer.',
    next: 'Check your connection, then try again.',
    retry: TRY_AGAIN,
  },
  POPUP_BLOCKED: {
    title: 'Your browser kept the billing window from opening.',
    next: 'Press the button once more; it opens at once.',
    retry: TRY_AGAIN,
  },
  SCRIPT_UNAVAILABLE: {
    title: 'Your browser blocks what billing needs.',
    next: 'Allow pop-up windows for this page, or switch your content blocker off, then try again.',
    retry: TRY_AGAIN,
  },
  IDENTITY_CHANGED: {
    title: 'Billing was closed, because the account changed.',
    next: 'Open it again for the account you are in now.',
    retry: TRY_AGAIN,
  },
};

function seconds(count = 60): string {
  return count === 1 ? '1 second' : `${count} seconds`;
}
