import type { EventContent, StoreEvent } from '../store/events.js';
import type {
  Customer,
  HostedPage,
  Invoice,
  Item,
  ItemPrice,
  PaymentSource,
  PortalSession,
  Subscription,
  Transaction,
} from '../store/resources.js';
import type { Store } from '../store/store.js';

// Resources as Chargebee's API returns them, without the attributes that only the emulator uses.

export const serializeCustomer = ({ shipping_address: _own, ...customer }: Customer) => ({
  customer,
});

/** A customer with the card of its primary payment source. */
export function serializeCustomerWithCard(
  { paymentSources }: Store,
  customer: Customer,
): ReturnType<typeof serializeCustomer> & Partial<ReturnType<typeof serializeCard>> {
  const source = paymentSources.primaryOf(customer.id);
  return { ...serializeCustomer(customer), ...(source ? serializeCard(source) : {}) };
}

export const serializeSubscription = ({
  billing_day: _day,
  reminded_of: _reminded,
  ...subscription
}: Subscription) => ({
  subscription: { ...subscription, decommissioned: false },
});

/** Chargebee always returns these lists, so clients iterate over them without a check. */
const EMPTY_LISTS = {
  applied_credits: [],
  adjustment_credit_notes: [],
  issued_credit_notes: [],
  linked_orders: [],
  dunning_attempts: [],
};

export const serializeInvoice = ({ created_at, ...invoice }: Invoice) => ({
  invoice: {
    ...invoice,
    ...EMPTY_LISTS,
    generated_at: created_at,
    amount_to_collect: invoice.amount_due,
    has_advance_charges: false,
  },
});

export const serializeTransaction = ({ created_at: _created, ...transaction }: Transaction) => ({
  transaction,
});

/** The card of a payment source, as a separate resource. */
export const serializeCard = ({
  id,
  card: { brand, object: _object, ...details },
  ...source
}: PaymentSource) => ({
  card: {
    ...details,
    payment_source_id: id,
    object: 'card' as const,
    card_type: brand,
    customer_id: source.customer_id,
    status: source.status,
    gateway: source.gateway,
    gateway_account_id: source.gateway_account_id,
    created_at: source.created_at,
    updated_at: source.updated_at,
    resource_version: source.resource_version,
  },
});

/** An event, as the API returns it and webhooks deliver it. */
export const serializeEvent = ({
  id,
  occurred_at,
  source,
  user,
  type,
  content,
  webhook_status,
  webhook_failure_reason,
  webhooks,
}: StoreEvent) => ({
  event: {
    id,
    occurred_at,
    source,
    ...(user === undefined ? {} : { user }),
    object: 'event' as const,
    api_version: 'v2' as const,
    content: serializeContent(content),
    event_type: type,
    webhook_status,
    ...(webhook_failure_reason === undefined ? {} : { webhook_failure_reason }),
    webhooks: webhooks.map((webhook) => ({ ...webhook, object: 'webhook' as const })),
  },
});

/** The resources in an event or a hosted page. */
const serializeContent = (content: EventContent) => ({
  ...(content.subscription ? serializeSubscription(content.subscription) : {}),
  ...(content.subscriptions
    ? {
        subscription: content.subscriptions.map(
          (subscription) => serializeSubscription(subscription).subscription,
        ),
      }
    : {}),
  ...(content.customer ? serializeCustomer(content.customer) : {}),
  ...(content.card ? serializeCard(content.card) : {}),
  ...(content.payment_source ? { payment_source: content.payment_source } : {}),
  ...(content.invoice ? serializeInvoice(content.invoice) : {}),
  ...(content.transaction ? serializeTransaction(content.transaction) : {}),
});

export const serializeItem = ({ created_at: _created, ...item }: Item) => ({
  item: {
    ...item,
    external_name: item.name,
    is_shippable: false,
    is_giftable: false,
    enabled_for_checkout: true,
    enabled_in_portal: true,
    item_applicability: 'all' as const,
    metered: false,
    deleted: false,
  },
});

export const serializeItemPrice = (item_price: ItemPrice) => ({
  item_price: {
    ...item_price,
    pricing_model: 'per_unit' as const,
    free_quantity: 0,
    deleted: false,
  },
});

export const serializePortalSession = ({
  forward_url: _own,
  updated_at: _updated,
  resource_version: _version,
  ...portal_session
}: PortalSession) => ({ portal_session });

export const serializeHostedPage = ({
  customer_id: _customer,
  redirect_url: _redirect,
  cancel_url: _cancel,
  checkout: _checkout,
  content,
  ...page
}: HostedPage) => ({ hosted_page: { ...page, content: serializeContent(content) } });
