import { z } from 'zod';
import { Field, FormActions, Problems, type FormState } from '../../html/form.js';
import type { CustomFields, Subscription } from '../../store/resources.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { requireSubscription } from '../ownership.js';
import { subscriptionEvent, type Pages } from '../pages.js';
import type { View } from '../view.js';
import { subscriptionPath } from './path.js';

type FieldName = Extract<keyof CustomFields, `cf_${string}`>;

const schema = z.record(z.string(), z.string().max(250, 'Use at most 250 characters.'));

/** Registers the form for a subscription's custom fields. */
export function registerCustomFields(pages: Pages): void {
  const { store } = pages.context;
  registerForm(pages, '/portal/v2/subscriptions/:subscription/custom-fields', {
    schema,
    findResource: (request) => requireSubscription(store, request),
    values: (subscription) =>
      Object.fromEntries(
        customFieldNames(subscription).map((name) => [name, String(subscription[name])]),
      ),
    show: (view, subscription, state) => (
      <CustomFieldsForm view={view} subscription={subscription} state={state} />
    ),
    submit: (subscription, values) => {
      const fields: CustomFields = {};
      for (const name of customFieldNames(subscription)) {
        const value = values[name];
        if (value !== undefined) fields[name] = convertLike(subscription[name], value);
      }
      store.subscriptions.updateFields(subscription.id, fields);
      return {
        to: subscriptionPath(subscription.id),
        notice: 'The details have been saved.',
        events: [subscriptionEvent('subscriptionCustomFieldsChanged', subscription.id)],
      };
    },
  });
}

interface Props {
  view: View;
  subscription: Subscription;
  state: FormState;
}

function CustomFieldsForm({ view, subscription, state }: Props) {
  const base = subscriptionPath(subscription.id);
  const names = customFieldNames(subscription);
  return (
    <Layout
      view={view}
      title="Subscription details"
      section="portal_edit_subscription_cf"
      menuPath="/portal/v2/home"
      back={{ path: base, label: 'Subscription' }}
    >
      {names.length === 0 && <p class="empty">This subscription has no further details.</p>}
      {names.length > 0 && (
        <form
          class="card fields"
          method="post"
          noValidate
          action={view.href(`${base}/custom-fields`)}
        >
          <Problems state={state} />
          {names.map((name) => (
            <Field
              key={name}
              label={fieldLabel(name)}
              name={name}
              state={state}
              type={typeof subscription[name] === 'number' ? 'number' : 'text'}
            />
          ))}
          <FormActions submit="Save" cancelTo={view.href(base)} />
        </form>
      )}
    </Layout>
  );
}

const customFieldNames = (subscription: Subscription): FieldName[] =>
  Object.keys(subscription).filter((name): name is FieldName => name.startsWith('cf_'));

/** Returns a field's label, such as "Purchase order" for `cf_purchase_order`. */
function fieldLabel(name: FieldName): string {
  const words = name.slice('cf_'.length).replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Converts a value to the type of the previous one. Returns the previous value if that is not possible. */
function convertLike(before: CustomFields[FieldName], value: string): CustomFields[FieldName] {
  if (typeof before === 'boolean') return value === 'true';
  if (typeof before !== 'number') return value;
  const number = Number(value);
  return value.trim() === '' || Number.isNaN(number) ? before : number;
}
