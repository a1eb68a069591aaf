import { z } from 'zod';
import {
  ChoiceGroup,
  FormActions,
  Problems,
  SelectField,
  type FormState,
} from '../../html/form.js';
import type { Subscription } from '../../store/resources.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { requireSubscription } from '../ownership.js';
import { subscriptionEvent, type Pages } from '../pages.js';
import type { View } from '../view.js';
import { subscriptionPath } from './path.js';

/** The empty option means no reason. */
const reasons = ['', 'Not needed any more', 'Too expensive', 'Missing a feature', 'Other'];

const schema = z.object({
  when: z.enum(['end_of_term', 'immediately'], 'Choose when to cancel.'),
  reason: z.string().max(100).optional(),
});

/** Registers the form that cancels a subscription. */
export function registerCancel(pages: Pages): void {
  const { store } = pages.context;
  registerForm(pages, '/portal/v2/subscriptions/:subscription/cancel', {
    schema,
    findResource: (request) => requireSubscription(store, request),
    show: (view, subscription, state) => (
      <Cancel view={view} subscription={subscription} state={state} />
    ),
    submit: ({ id }, { when, reason }, { format }) => {
      const { current_term_end, status } = store.subscriptions.cancel(id, {
        option: when,
        ...(reason ? { reason_code: reason } : {}),
      });
      return {
        to: subscriptionPath(id),
        notice:
          status === 'cancelled'
            ? 'Your subscription has been cancelled.'
            : `Your subscription will be cancelled on ${format.day(current_term_end)}.`,
        events: [subscriptionEvent('subscriptionCancelled', id)],
      };
    },
  });
}

interface Props {
  view: View;
  subscription: Subscription;
  state: FormState;
}

function Cancel({ view, subscription, state }: Props) {
  const { href } = view;
  const base = subscriptionPath(subscription.id);
  return (
    <Layout
      view={view}
      title="Cancel your subscription"
      section="sub_cancel"
      menuPath="/portal/v2/home"
      back={{ path: base, label: 'Subscription' }}
    >
      <form class="card fields" method="post" noValidate action={href(`${base}/cancel`)}>
        <Problems state={state} />
        <When view={view} subscription={subscription} state={state} />
        <SelectField
          label="Why are you leaving?"
          name="reason"
          state={state}
          required={false}
          options={reasons.map((reason) => ({ value: reason, label: reason }))}
        />
        <FormActions
          submit="Cancel subscription"
          danger
          cancelTo={href(base)}
          cancelLabel="Keep subscription"
        />
      </form>
    </Layout>
  );
}

/** Offers a choice only if the subscription has a current term that would be renewed. */
function When({ view, subscription, state }: Props) {
  const { status, current_term_end } = subscription;
  if (status !== 'active' && status !== 'in_trial') {
    return (
      <p>
        It ends at once.
        <input type="hidden" name="when" value="immediately" />
      </p>
    );
  }
  return (
    <ChoiceGroup
      legend="When"
      name="when"
      state={state}
      chosen={state.values.when ?? 'end_of_term'}
      choices={[
        {
          value: 'end_of_term',
          label: (
            <>
              At the end of the term, {view.format.day(current_term_end)}
              <br />
              <span class="muted small">You can use it until then, and change your mind.</span>
            </>
          ),
        },
        {
          value: 'immediately',
          label: (
            <>
              Now
              <br />
              <span class="muted small">It ends at once.</span>
            </>
          ),
        },
      ]}
    />
  );
}
