import type { PlanChanges } from './plan-changes.js';
import type { Subscription } from './resources.js';
import { CANCELLED } from './subscription-states.js';
import type { SubscriptionStates } from './subscription-states.js';

/** Ten years of months: so far a subscription is brought on at once, however far the clock was moved. */
const MOST_STEPS = 120;

/** What time does to subscriptions: it renews, pauses, resumes, ends trials, cancels. */
export class DueSubscriptionChanges {
  constructor(
    private readonly states: SubscriptionStates,
    private readonly planChanges: PlanChanges,
    private readonly resume: (id: string) => Subscription,
  ) {}

  /** Brings a subscription to where it is at a time in UTC seconds. */
  run(subscription: Subscription, now: number): void {
    let current: Subscription | undefined = subscription;
    for (let steps = 0; current && steps < MOST_STEPS; steps++) current = this.#next(current, now);
  }

  #next(subscription: Subscription, now: number): Subscription | undefined {
    const { status, current_term_end: end = Infinity } = subscription;
    const due = (at: number | undefined): at is number => at !== undefined && at <= now;
    if (status === 'future' && due(subscription.start_date)) {
      return this.states.renew(subscription, 'subscription_started', subscription.start_date);
    }
    if (status === 'active' && due(subscription.pause_date) && subscription.pause_date <= end) {
      return this.states.write(subscription, 'subscription_paused', {
        status: 'paused',
        next_billing_at: undefined,
      });
    }
    if (status === 'paused' && due(subscription.resume_date)) return this.resume(subscription.id);
    if (status === 'non_renewing' && due(end)) {
      return this.states.write(subscription, 'subscription_cancelled', CANCELLED);
    }
    if (status === 'in_trial' && due(subscription.trial_end)) {
      return this.states.renew(subscription, 'subscription_activated', subscription.trial_end);
    }
    if (status === 'active' && due(end)) {
      const changed = this.planChanges.applyScheduled(subscription);
      return this.states.renew(changed, 'subscription_renewed', end);
    }
    return undefined;
  }
}
