import { z } from 'zod';
import { Field, Problems } from '../../html/form.js';
import type { CustomFields, Subscription } from '../../store/resources.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { ownSubscription } from '../ownership.js';
import { subscriptionEvent, type Pages } from '../pages.js';
import { subscriptionPath } from './path.js';

type FieldName = Extract<keyof CustomFields, `cf_${string}`>;

const schema = z.record(z.string(), z.string().max(250, 'Use at most 250 characters.'));

/** The site's custom fields of a subscription. */
export function registerCustomFields(pages: Pages): void {
  const { store } = pages.context;
  registerForm(pages, '/portal/v2/subscriptions/:subscription/custom-fields', {
    schema,
    subject: (request) => ownSubscription(store, request),
    values: (subscription) =>
      Object.fromEntries(namesOf(subscription).map((name) => [name, String(subscription[name])])),
    show: (view, subscription, state) => {
      const base = subscriptionPath(subscription.id);
      const names = namesOf(subscription);
      return (
        <Layout
          view={view}
          title="Subscription details"
          section="portal_edit_subscription_cf"
          under="/portal/v2/home"
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
                  label={labelOf(name)}
                  name={name}
                  state={state}
                  type={typeof subscription[name] === 'number' ? 'number' : 'text'}
                />
              ))}
              <div class="actions">
                <button class="button primary">Save</button>
                <a class="button" href={view.href(base)}>
                  Cancel
                </a>
              </div>
            </form>
          )}
        </Layout>
      );
    },
    submit: (subscription, values) => {
      const fields: CustomFields = {};
      for (const name of namesOf(subscription)) {
        const value = values[name];
        if (value !== undefined) fields[name] = likeBefore(subscription[name], value);
      }
      store.subscriptions.updateCustomFields(subscription.id, fields);
      return {
        to: subscriptionPath(subscription.id),
        notice: 'The details have been saved.',
        events: [subscriptionEvent('subscriptionCustomFieldsChanged', subscription.id)],
      };
    },
  });
}

const namesOf = (subscription: Subscription): FieldName[] =>
  Object.keys(subscription).filter((name): name is FieldName => name.startsWith('cf_'));

/** Such as "Purchase order" for `cf_purchase_order`. */
function labelOf(name: FieldName): string {
  const words = name.slice('cf_'.length).replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A field keeps its type. What cannot be of it is left as it was. */
function likeBefore(before: CustomFields[FieldName], value: string): CustomFields[FieldName] {
  if (typeof before === 'boolean') return value === 'true';
  if (typeof before !== 'number') return value;
  const number = Number(value);
  return value.trim() === '' || Number.isNaN(number) ? before : number;
}
