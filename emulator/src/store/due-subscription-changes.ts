import { reminderOf } from './reminders.js';
import type { Subscription } from './resources.js';
import { CANCELLED } from './subscription-states.js';
import type { SubscriptionStates } from './subscription-states.js';

/**
 * The maximum number of terms that are billed one by one: ten years of monthly terms. If the clock is moved further, the subscription
 * is then renewed directly to the current term.
 */
const MAX_STEPS = 120;

/** The steps left after terms were skipped, for the changes that follow: a pause, a resumption and the last terms. */
const EXTRA_STEPS = 10;

/** Applies the changes that are due: renewals, pauses, resumptions, trial ends, cancellations and their reminders. */
export class DueSubscriptionChanges {
  constructor(private readonly states: SubscriptionStates) {}

  /** Applies all changes of a subscription that are due at `now`, in UTC seconds. */
  run(subscription: Subscription, now: number): void {
    let current: Subscription | undefined = subscription;
    for (let steps = 1; current && steps < MAX_STEPS + EXTRA_STEPS; steps++) {
      current = this.#next(this.#remind(current, now), now, steps < MAX_STEPS);
    }
  }

  #remind(subscription: Subscription, now: number): Subscription {
    const reminder = reminderOf(subscription);
    if (!reminder || reminder.at > now || subscription.reminded_of === reminder.of) {
      return subscription;
    }
    return this.states.write(subscription, reminder.type, { reminded_of: reminder.of });
  }

  #next(
    subscription: Subscription,
    now: number,
    oneTermAtATime: boolean,
  ): Subscription | undefined {
    const { status, current_term_end: end = Infinity } = subscription;
    const isDue = (at: number | undefined): at is number => at !== undefined && at <= now;
    if (status === 'future' && isDue(subscription.start_date)) {
      return this.states.begin(subscription, 'subscription_started', subscription.start_date);
    }
    if (status === 'active' && isDue(subscription.pause_date) && subscription.pause_date <= end) {
      return this.states.write(subscription, 'subscription_paused', {
        status: 'paused',
        next_billing_at: undefined,
      });
    }
    if (status === 'paused' && isDue(subscription.resume_date)) {
      return this.states.resume(subscription, subscription.resume_date);
    }
    if (status === 'non_renewing' && isDue(end)) {
      return this.states.write(subscription, 'subscription_cancelled', CANCELLED);
    }
    if (status === 'in_trial' && isDue(subscription.trial_end)) {
      return this.states.begin(subscription, 'subscription_activated', subscription.trial_end);
    }
    if (status === 'active' && isDue(end)) {
      return this.states.renew(
        subscription,
        oneTermAtATime ? end : justBeforePause(subscription, now),
      );
    }
    return undefined;
  }
}

/** Returns `now`, or the last second before the pause if the pause is due. */
const justBeforePause = ({ pause_date = Infinity }: Subscription, now: number): number =>
  Math.min(now, pause_date - 1);
