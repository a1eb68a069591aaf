import type { Subscription } from './resources.js';
import { CANCELLED } from './subscription-states.js';
import type { SubscriptionStates } from './subscription-states.js';

/**
 * So many steps are taken one by one, however far the clock was moved: ten years of months. Then the terms up to the
 * present are left out.
 */
const MOST_STEPS = 120;

/** What can still come about when terms are left out: each of a pause, its end and the last terms happens once. */
const LAST_STEPS = 10;

/** What time does to subscriptions: it renews, pauses, resumes, ends trials, cancels. */
export class DueSubscriptionChanges {
  constructor(private readonly states: SubscriptionStates) {}

  /** Brings a subscription to where it is at a time in UTC seconds. */
  run(subscription: Subscription, now: number): void {
    let current: Subscription | undefined = subscription;
    for (let steps = 1; current && steps < MOST_STEPS + LAST_STEPS; steps++) {
      current = this.#next(current, now, steps < MOST_STEPS);
    }
  }

  #next(subscription: Subscription, now: number, termByTerm: boolean): Subscription | undefined {
    const { status, current_term_end: end = Infinity } = subscription;
    const due = (at: number | undefined): at is number => at !== undefined && at <= now;
    if (status === 'future' && due(subscription.start_date)) {
      return this.states.begin(subscription, 'subscription_started', subscription.start_date);
    }
    if (status === 'active' && due(subscription.pause_date) && subscription.pause_date <= end) {
      return this.states.write(subscription, 'subscription_paused', {
        status: 'paused',
        next_billing_at: undefined,
      });
    }
    if (status === 'paused' && due(subscription.resume_date)) {
      return this.states.resume(subscription, subscription.resume_date);
    }
    if (status === 'non_renewing' && due(end)) {
      return this.states.write(subscription, 'subscription_cancelled', CANCELLED);
    }
    if (status === 'in_trial' && due(subscription.trial_end)) {
      return this.states.begin(subscription, 'subscription_activated', subscription.trial_end);
    }
    if (status === 'active' && due(end)) {
      return this.states.renew(subscription, termByTerm ? end : justBeforePause(subscription, now));
    }
    return undefined;
  }
}

/** The present, or the last moment before a pause that has begun since. */
const justBeforePause = ({ pause_date = Infinity }: Subscription, now: number): number =>
  Math.min(now, pause_date - 1);
