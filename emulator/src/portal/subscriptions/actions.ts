import type { EventName } from '../../chargebee-js/messages.js';
import type { Format } from '../../html/format.js';
import type { Subscription } from '../../store/resources.js';
import type { Store } from '../../store/store.js';
import { requireSubscription } from '../ownership.js';
import { subscriptionEvent, type Pages } from '../pages.js';
import { subscriptionPath } from './path.js';

interface Action {
  event: EventName;
  run: (store: Store, subscription: Subscription, now: number) => Subscription;
  notice: (changed: Subscription, format: Format) => string;
}

const extension = 7 * 86_400;

/** The actions that need only a button, by the last segment of their path. */
const actions: Readonly<Record<string, Action>> = {
  resume: {
    event: 'subscriptionResumed',
    run: (store, { id }) => store.subscriptions.resume(id),
    notice: () => 'Your subscription runs again.',
  },
  reactivate: {
    event: 'subscriptionReactivated',
    run: (store, { id }) => store.subscriptions.reactivate(id),
    notice: () => 'Welcome back: your subscription is active again.',
  },
  extend: {
    event: 'subscriptionExtended',
    run: (store, { id, current_term_end }, now) =>
      store.subscriptions.changeTermEnd(id, (current_term_end ?? now) + extension),
    notice: (changed, format) => `Extended until ${format.day(changed.current_term_end)}.`,
  },
  'remove-scheduled-pause': {
    event: 'scheduledPauseRemoved',
    run: (store, { id }) => store.subscriptions.removeScheduledPause(id),
    notice: () => 'Your subscription will not be paused.',
  },
  'remove-scheduled-cancellation': {
    event: 'scheduledCancellationRemoved',
    run: (store, { id }) => store.subscriptions.removeScheduledCancellation(id),
    notice: () => 'Your subscription goes on.',
  },
  'remove-scheduled-changes': {
    event: 'subscriptionChanged',
    run: (store, { id }) => store.subscriptions.removeScheduledChanges(id),
    notice: () => 'Your plan stays as it is.',
  },
};

export function registerActions(pages: Pages): void {
  const { store, clock } = pages.context;
  for (const [path, { event, run, notice }] of Object.entries(actions)) {
    pages.button(
      `/portal/v2/subscriptions/:subscription/${path}`,
      ({ params }) => subscriptionPath(params.subscription ?? ''),
      (request) => {
        const changed = run(store, requireSubscription(store, request), clock.now());
        return {
          to: subscriptionPath(changed.id),
          notice: notice(changed, request.view.format),
          events: [subscriptionEvent(event, changed.id)],
        };
      },
    );
  }
}
