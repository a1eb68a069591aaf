import { z } from 'zod';
import { Choice, Problems, SelectField, type FormState } from '../../html/form.js';
import type { Subscription } from '../../store/resources.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { ownSubscription } from '../ownership.js';
import { subscriptionEvent, type Pages } from '../pages.js';
import type { View } from '../view.js';

const reasons = ['Not needed any more', 'Too expensive', 'Missing a feature', 'Other'];

const schema = z.object({
  when: z.enum(['end_of_term', 'immediately'], 'Choose when to cancel.'),
  reason: z.string().max(100).optional(),
});

/** Cancelling, at once or at the end of the term. */
export function registerCancel(pages: Pages): void {
  const { store } = pages.context;
  registerForm(pages, '/portal/v2/subscriptions/:subscription/cancel', {
    schema,
    subject: (request) => ownSubscription(store, request),
    show: (view, subscription, state) => (
      <Cancel view={view} subscription={subscription} state={state} />
    ),
    submit: ({ id }, { when, reason }, { format }) => {
      const { current_term_end, status } = store.subscriptions.cancel(id, {
        option: when,
        ...(reason ? { reason_code: reason } : {}),
      });
      return {
        to: `/portal/v2/subscriptions/${id}`,
        notice:
          status === 'cancelled'
            ? 'Your subscription has been cancelled.'
            : `Your subscription will be cancelled on ${format.day(current_term_end)}.`,
        events: [subscriptionEvent('subscriptionCancelled', id)],
      };
    },
  });
}

function Cancel({
  view,
  subscription,
  state,
}: {
  view: View;
  subscription: Subscription;
  state: FormState;
}) {
  const { format, href } = view;
  const base = `/portal/v2/subscriptions/${subscription.id}`;
  const chosen = state.values.when ?? 'end_of_term';
  return (
    <Layout
      view={view}
      title="Cancel your subscription"
      section="sub_cancel"
      under="/portal/v2/home"
      back={{ path: base, label: 'Subscription' }}
    >
      <form class="card fields" method="post" noValidate action={href(`${base}/cancel`)}>
        <Problems state={state} />
        <fieldset>
          <legend>When</legend>
          <Choice name="when" value="end_of_term" checked={chosen === 'end_of_term'}>
            At the end of the term, {format.day(subscription.current_term_end)}
            <br />
            <span class="muted small">You can use it until then, and change your mind.</span>
          </Choice>
          <Choice name="when" value="immediately" checked={chosen === 'immediately'}>
            Now
            <br />
            <span class="muted small">It ends at once.</span>
          </Choice>
        </fieldset>
        <SelectField
          label="Why are you leaving?"
          name="reason"
          state={state}
          options={reasons.map((reason) => ({ value: reason, label: reason }))}
        />
        <div class="actions">
          <button class="button danger primary">Cancel subscription</button>
          <a class="button" href={href(base)}>
            Keep subscription
          </a>
        </div>
      </form>
    </Layout>
  );
}
