import { ChoiceGroup, Field, FormActions, Problems, type FormState } from '../../html/form.js';
import type { Format } from '../../html/format.js';
import type { Subscription } from '../../store/resources.js';
import type { Store } from '../../store/store.js';
import { isActivated } from '../../store/subscription-terms.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { requireSubscription } from '../ownership.js';
import { subscriptionEvent, type Pages } from '../pages.js';
import type { View } from '../view.js';
import { subscriptionPath } from './path.js';
import { planChangeForm } from './plan-change-form.js';
import { formatPeriod, planOf } from './summary.js';

interface Props {
  view: View;
  store: Store;
  subscription: Subscription;
  state: FormState;
}

/** Registers the form that changes the plan or quantity, immediately or at the end of the term. */
export function registerChangePlan(pages: Pages): void {
  const { store } = pages.context;
  registerForm(pages, '/portal/v2/subscriptions/:subscription/edit', {
    schema: planChangeForm,
    findResource: (request) => requireSubscription(store, request),
    values: (subscription) => {
      const { plan, quantity } = planOf(store, subscription);
      return { plan: plan.id, quantity: String(quantity), when: 'now' };
    },
    show: (view, subscription, state) => (
      <ChangePlan view={view} store={store} subscription={subscription} state={state} />
    ),
    submit: ({ id }, { plan, quantity, when, confirmed }, { format }) => {
      const change = { item_price_id: plan, quantity, at: when };
      if (!confirmed) {
        store.subscriptions.previewPlanChange(id, change); // A rejected change throws, which shows the form again.
        const query = new URLSearchParams({ plan, quantity: String(quantity), when });
        return { to: `${subscriptionPath(id)}/edit/review?${query}` };
      }
      const { changes_scheduled_at } = store.subscriptions.changePlan(id, change);
      return {
        to: subscriptionPath(id),
        notice:
          when === 'now'
            ? 'Your subscription has been changed.'
            : `Your subscription changes on ${format.day(changes_scheduled_at)}.`,
        events: [subscriptionEvent('subscriptionChanged', id)],
      };
    },
  });
}

function ChangePlan({ view, store, subscription, state }: Props) {
  const { plan } = planOf(store, subscription);
  const base = subscriptionPath(subscription.id);
  return (
    <Layout
      view={view}
      title="Change your plan"
      section="edit_subscription"
      menuPath="/portal/v2/home"
      back={{ path: base, label: plan.external_name }}
    >
      <form class="card fields" method="post" noValidate action={view.href(`${base}/edit`)}>
        <Problems state={state} />
        <PlanChoice view={view} store={store} subscription={subscription} state={state} />
        <Field
          label="Quantity"
          name="quantity"
          state={state}
          type="number"
          inputMode="numeric"
          min="1"
          required
        />
        <TimeChoice view={view} subscription={subscription} state={state} />
        <FormActions
          submit="Review change"
          cancelTo={view.href(base)}
          cancelLabel="Keep as it is"
        />
      </form>
    </Layout>
  );
}

function PlanChoice({ view: { format }, store, subscription, state }: Props) {
  const current = planOf(store, subscription);
  const hasAddons = subscription.subscription_items.some(({ item_type }) => item_type === 'addon');
  return (
    <ChoiceGroup
      legend="Plan"
      name="plan"
      state={state}
      chosen={state.values.plan}
      choices={store.catalogue.plans(subscription.currency_code).map((plan) => ({
        value: plan.id,
        label: (
          <>
            <strong>{plan.external_name}</strong>
            {plan.id === current.plan.id && <span class="muted"> (your plan)</span>}
            <br />
            {format.money(
              store.subscriptions.priceWithPlan(subscription.id, plan),
              plan.currency_code,
            )}{' '}
            {formatPeriod(plan.period, plan.period_unit)}
            {hasAddons && <span class="muted"> with your add-ons</span>}
          </>
        ),
      }))}
    />
  );
}

/** The choice between a change now and at the end of the term. */
function TimeChoice({ view: { format }, subscription, state }: Omit<Props, 'store'>) {
  const renews = subscription.status !== 'non_renewing';
  return (
    <ChoiceGroup
      legend="When"
      name="when"
      state={state}
      chosen={renews && state.values.when === 'term_end' ? 'term_end' : 'now'}
      choices={[
        {
          value: 'now',
          label: (
            <>
              Now
              {isActivated(subscription) && (
                <>
                  <br />
                  <span class="muted small">
                    What the rest of the term costs more or less is billed or credited.
                  </span>
                </>
              )}
            </>
          ),
        },
        ...(renews ? [{ value: 'term_end', label: termEnd(subscription, format) }] : []),
      ]}
    />
  );
}

const termEnd = ({ status, start_date, current_term_end }: Subscription, format: Format) =>
  status === 'future'
    ? `When it starts, ${format.day(start_date)}`
    : `At the end of the term, ${format.day(current_term_end)}`;
