import { z } from 'zod';
import { ChoiceGroup, Field, FormActions, Problems, type FormState } from '../../html/form.js';
import type { Subscription } from '../../store/resources.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { requireSubscription } from '../ownership.js';
import { subscriptionEvent, type Pages } from '../pages.js';
import type { View } from '../view.js';
import { subscriptionPath } from './path.js';

const schema = z.object({
  when: z.enum(['immediately', 'end_of_term'], 'Choose when to pause.'),
  resume_date: z
    .union([z.literal(''), z.iso.date('Enter a day.')])
    .optional()
    .transform((day) => (day ? Date.parse(`${day}T00:00:00Z`) / 1000 : undefined)),
});

/** Registers the form that pauses a subscription, optionally until a date. */
export function registerPause(pages: Pages): void {
  const { store } = pages.context;
  registerForm(pages, '/portal/v2/subscriptions/:subscription/pause', {
    schema,
    findResource: (request) => requireSubscription(store, request),
    show: (view, subscription, state) => (
      <Pause view={view} subscription={subscription} state={state} />
    ),
    submit: ({ id }, { when, resume_date }, { format }) => {
      const { status, pause_date } = store.subscriptions.pause(id, {
        option: when,
        ...(resume_date === undefined ? {} : { resume_date }),
      });
      return {
        to: subscriptionPath(id),
        notice:
          status === 'paused'
            ? 'Your subscription is paused.'
            : `Your subscription pauses on ${format.day(pause_date)}.`,
        events: [subscriptionEvent('subscriptionPaused', id)],
      };
    },
  });
}

function Pause({
  view,
  subscription,
  state,
}: {
  view: View;
  subscription: Subscription;
  state: FormState;
}) {
  const base = subscriptionPath(subscription.id);
  return (
    <Layout
      view={view}
      title="Pause your subscription"
      menuPath="/portal/v2/home"
      back={{ path: base, label: 'Subscription' }}
    >
      <form class="card fields" method="post" noValidate action={view.href(`${base}/pause`)}>
        <Problems state={state} />
        <ChoiceGroup
          legend="When"
          name="when"
          state={state}
          chosen={state.values.when ?? 'immediately'}
          choices={[
            { value: 'immediately', label: 'Now' },
            {
              value: 'end_of_term',
              label: `At the end of the term, ${view.format.day(subscription.current_term_end)}`,
            },
          ]}
        />
        <Field
          label="Resume on"
          name="resume_date"
          state={state}
          type="date"
          hint="Left empty, it stays paused until you resume it."
        />
        <FormActions
          submit="Pause subscription"
          cancelTo={view.href(base)}
          cancelLabel="Keep it running"
        />
      </form>
    </Layout>
  );
}
