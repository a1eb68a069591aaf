import type { StoreEventType } from './events.js';
import type { Subscription } from './resources.js';

const DAY = 86_400;

/** A reminder of an upcoming change of a subscription. */
export interface Reminder {
  type: StoreEventType;
  /** The time of the change, in UTC seconds. */
  of: number;
  /** The time at which the reminder is due, in UTC seconds. */
  at: number;
}

/** Returns the reminder that Chargebee sends before a term or trial ends, or undefined when the term is shorter than the notice period. */
export function reminderOf(subscription: Subscription): Reminder | undefined {
  const { status, trial_start = 0, trial_end, pause_date = Infinity } = subscription;
  const { current_term_start: start = 0, current_term_end: end } = subscription;
  if (status === 'in_trial') {
    return reminder('subscription_trial_end_reminder', trial_start, trial_end, 6);
  }
  if (status === 'non_renewing') {
    const scheduled = Math.max(start, subscription.cancel_schedule_created_at ?? 0);
    return reminder('subscription_cancellation_reminder', scheduled, end, 6);
  }
  // A subscription that pauses by the end of the term is not renewed.
  if (status !== 'active' || pause_date <= (end ?? 0)) return undefined;
  return reminder('subscription_renewal_reminder', start, end, 3);
}

function reminder(
  type: StoreEventType,
  start: number,
  of: number | undefined,
  days: number,
): Reminder | undefined {
  if (of === undefined) return undefined;
  const at = of - days * DAY;
  return at < start ? undefined : { type, of, at };
}
