import type { VNode } from 'preact';
import { cardName } from '../../store/card-names.js';
import type { Subscription } from '../../store/resources.js';
import type { Store } from '../../store/store.js';
import { Layout } from '../layout.js';
import { requireSubscription } from '../ownership.js';
import type { Pages } from '../pages.js';
import type { View } from '../view.js';
import { subscriptionPath } from './path.js';
import { planOf, Price, StatusBadge, describeNextChange } from './summary.js';

interface Props {
  view: View;
  store: Store;
  subscription: Subscription;
}

/** Registers a subscription's page, with the actions that its status allows. */
export function registerDetails(pages: Pages): void {
  const { store } = pages.context;
  pages.page('/portal/v2/subscriptions/:subscription', (request) => {
    const props = { view: request.view, store, subscription: requireSubscription(store, request) };
    return (
      <Layout
        view={props.view}
        title={planOf(store, props.subscription).plan.external_name}
        section="sub_details"
        menuPath="/portal/v2/home"
        {...(props.view.card ? {} : { back: { path: '/portal/v2/home', label: 'Overview' } })}
        action={<StatusBadge status={props.subscription.status} />}
      >
        <Notices {...props} />
        <Facts {...props} />
        <Actions {...props} />
      </Layout>
    );
  });
}

function Facts({ view, store, subscription }: Props) {
  const { format } = view;
  const { quantity } = planOf(store, subscription);
  const chosen = subscription.payment_source_id;
  const source = chosen
    ? store.paymentSources.retrieve(chosen)
    : store.paymentSources.primaryOf(view.customer.id);
  const addons = subscription.subscription_items.filter(({ item_type }) => item_type === 'addon');
  return (
    <section class="card" aria-label="Subscription">
      <Price subscription={subscription} format={format} />
      <dl class="facts">
        <dt>Next</dt>
        <dd>{describeNextChange(subscription, format)}</dd>
        <dt>Quantity</dt>
        <dd>{quantity}</dd>
        {addons.length > 0 && (
          <>
            <dt>Add-ons</dt>
            <dd>
              {addons
                .map(({ item_price_id, quantity: count }) => {
                  const { external_name } = store.catalogue.itemPrice(item_price_id);
                  return count === 1 ? external_name : `${external_name} × ${count}`;
                })
                .join(', ')}
            </dd>
          </>
        )}
        <dt>Current term</dt>
        <dd>
          {format.day(subscription.current_term_start)} –{' '}
          {format.day(subscription.current_term_end)}
        </dd>
        <dt>Paid with</dt>
        <dd>
          {source ? cardName(source.card) : 'No payment method'}
          {source && !chosen && <span class="muted"> (your primary one)</span>}
        </dd>
        <dt>Subscription ID</dt>
        <dd>{subscription.id}</dd>
      </dl>
    </section>
  );
}

function Notices({ view, store, subscription }: Props) {
  const { format, href } = view;
  const base = subscriptionPath(subscription.id);
  const change = store.subscriptions.scheduledChange(subscription.id);
  return (
    <>
      {change && (
        <div class="notice info actions">
          <p class="grow">
            Changes to {change.plan.external_name}{' '}
            {change.at === undefined ? 'when it resumes' : `on ${format.day(change.at)}`}.
          </p>
          <a class="button" href={href(`${base}/scheduled-changes`)}>
            View scheduled changes
          </a>
        </div>
      )}
      {subscription.status === 'active' && subscription.pause_date && (
        <Undo
          text={`Pauses on ${format.day(subscription.pause_date)}.`}
          action={href(`${base}/remove-scheduled-pause`)}
          label="Do not pause"
        />
      )}
      {subscription.status === 'non_renewing' && (
        <Undo
          text={`Will be cancelled on ${format.day(subscription.current_term_end)}.`}
          action={href(`${base}/remove-scheduled-cancellation`)}
          label="Keep the subscription"
        />
      )}
    </>
  );
}

function Undo({ text, action, label }: { text: string; action: string; label: string }) {
  return (
    <div class="notice warn actions">
      <p class="grow">{text}</p>
      <form method="post" action={action}>
        <button class="button">{label}</button>
      </form>
    </div>
  );
}

function Actions({ view, subscription }: Props) {
  const base = subscriptionPath(subscription.id);
  const link = (path: string, label: string, kind = ''): VNode => (
    <a class={`button ${kind}`} href={view.href(`${base}/${path}`)}>
      {label}
    </a>
  );
  const post = (path: string, label: string, kind = ''): VNode => (
    <form method="post" action={view.href(`${base}/${path}`)}>
      <button class={`button ${kind}`}>{label}</button>
    </form>
  );
  const { status } = subscription;
  const running = status === 'active' || status === 'in_trial' || status === 'non_renewing';
  return (
    <section class="card" aria-labelledby="actions">
      <h2 id="actions">What would you like to do?</h2>
      <div class="actions">
        {running && link('edit', 'Change plan', 'primary')}
        {status === 'paused' && post('resume', 'Resume now', 'primary')}
        {status === 'cancelled' && post('reactivate', 'Reactivate', 'primary')}
        {(status === 'in_trial' || status === 'non_renewing') && post('extend', 'Extend by 7 days')}
        {status === 'active' && !subscription.pause_date && link('pause', 'Pause')}
        {status !== 'cancelled' && link('payment-method', 'Choose payment method')}
        {link('custom-fields', 'Edit details')}
        {status !== 'cancelled' && link('cancel', 'Cancel subscription', 'danger')}
      </div>
    </section>
  );
}
