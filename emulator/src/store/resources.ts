import type { Checkout } from './checkouts.js';

/**
 * Chargebee's resources in the format of its API: snake_case, amounts in cents, times in UTC seconds.
 * They have only the attributes that the portal and the emulated API use.
 */

export interface Address {
  first_name?: string;
  last_name?: string;
  email?: string;
  company?: string;
  phone?: string;
  line1?: string;
  line2?: string;
  line3?: string;
  city?: string;
  /** Without the country, such as `OR`. */
  state_code?: string;
  state?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  zip?: string;
}

/** The attributes of every stored resource. */
export interface Resource {
  id: string;
  object: string;
  created_at: number;
  updated_at?: number;
  resource_version?: number;
}

/** Data that the merchant stores with a resource. */
export type MetaData = Record<string, unknown>;

/** The site's custom fields. Their names start with `cf_`. */
export type CustomFields = Record<`cf_${string}`, string | number | boolean | undefined>;

export interface Customer extends Resource, CustomFields {
  object: 'customer';
  first_name?: string;
  last_name?: string;
  email?: string;
  phone?: string;
  company?: string;
  vat_number?: string;
  locale?: string;
  preferred_currency_code?: string;
  auto_collection: 'on' | 'off';
  net_term_days: number;
  allow_direct_debit: boolean;
  taxability: 'taxable' | 'exempt';
  card_status: 'no_card' | 'valid' | 'expiring' | 'expired';
  primary_payment_source_id?: string;
  /** Describes the primary payment source. */
  payment_method?: PaymentMethod;
  backup_payment_source_id?: string;
  meta_data?: MetaData;
  invoice_notes?: string;
  billing_address?: Address & { object: 'billing_address' };
  /** Not in Chargebee, which stores it on the subscription. New subscriptions start with this address. */
  shipping_address?: Address & { object: 'shipping_address' };
  promotional_credits: number;
  refundable_credits: number;
  excess_payments: number;
  unbilled_charges: number;
  deleted: boolean;
}

export type PeriodUnit = 'day' | 'week' | 'month' | 'year';

/** A plan or an add-on. */
export interface Item extends Resource {
  object: 'item';
  name: string;
  description?: string;
  type: 'plan' | 'addon';
  status: 'active' | 'archived';
}

/** The price of an item for a billing period. */
export interface ItemPrice extends Resource {
  object: 'item_price';
  name: string;
  external_name: string;
  item_id: string;
  item_type: 'plan' | 'addon';
  status: 'active' | 'archived';
  currency_code: string;
  /** In cents. */
  price: number;
  period: number;
  period_unit: PeriodUnit;
}

/** A feature to which plans and add-ons can entitle. */
export interface Feature extends Resource {
  object: 'feature';
  name: string;
  description?: string;
  status: 'active';
  /**
   * How the values of several items combine: a `switch` is on if one of them is, `quantity` values add up, the greatest `range` value and
   * the highest `custom` level count.
   */
  type: 'switch' | 'quantity' | 'range' | 'custom';
  unit?: string;
  metered: false;
  /** The levels of a `custom` feature, from the lowest to the highest. */
  levels: FeatureLevel[];
}

export interface FeatureLevel {
  name: string;
  value: string;
  level: number;
  is_unlimited: boolean;
}

/** The entitlement of an item or an item price to a feature. */
export interface Entitlement extends Resource {
  object: 'entitlement';
  entity_id: string;
  entity_type: 'plan' | 'addon' | 'plan_price' | 'addon_price';
  feature_id: string;
  /** `true` or `false`, a number, `unlimited`, or the value of a level. */
  value: string;
}

export interface SubscriptionItem {
  object: 'subscription_item';
  item_price_id: string;
  item_type: 'plan' | 'addon';
  quantity: number;
  unit_price: number;
  amount: number;
}

export type SubscriptionStatus =
  'future' | 'in_trial' | 'active' | 'non_renewing' | 'paused' | 'cancelled';

export interface Subscription extends Resource, CustomFields {
  object: 'subscription';
  customer_id: string;
  status: SubscriptionStatus;
  currency_code: string;
  billing_period: number;
  billing_period_unit: PeriodUnit;
  subscription_items: SubscriptionItem[];
  start_date?: number;
  trial_start?: number;
  trial_end?: number;
  current_term_start?: number;
  current_term_end?: number;
  next_billing_at?: number;
  /** Not in Chargebee: the day of the month on which terms end, if the month has that day. */
  billing_day?: number;
  /** Not in Chargebee: the end of the term or trial for which the last reminder was sent. */
  reminded_of?: number;
  started_at?: number;
  activated_at?: number;
  pause_date?: number;
  resume_date?: number;
  cancelled_at?: number;
  cancel_schedule_created_at?: number;
  cancel_reason_code?: string;
  payment_source_id?: string;
  auto_collection?: 'on' | 'off';
  po_number?: string;
  meta_data?: MetaData;
  shipping_address?: Address & { object: 'shipping_address' };
  has_scheduled_changes: boolean;
  changes_scheduled_at?: number;
  has_scheduled_advance_invoices: boolean;
  due_invoices_count: number;
  total_dues?: number;
  /** Monthly recurring revenue, in cents. */
  mrr: number;
  deleted: boolean;
}

export type CardType = 'visa' | 'mastercard' | 'american_express' | 'discover' | 'jcb';

export interface Card {
  object: 'card';
  first_name?: string;
  last_name?: string;
  iin: string;
  last4: string;
  brand: CardType;
  funding_type: 'credit' | 'debit';
  expiry_month: number;
  expiry_year: number;
  masked_number: string;
  billing_addr1?: string;
  billing_addr2?: string;
  billing_city?: string;
  billing_state?: string;
  billing_country?: string;
  billing_zip?: string;
}

/** The primary payment source as a customer shows it. */
export interface PaymentMethod extends Pick<
  PaymentSource,
  'type' | 'reference_id' | 'gateway' | 'gateway_account_id' | 'status'
> {
  object: 'payment_method';
}

export interface PaymentSource extends Resource {
  object: 'payment_source';
  customer_id: string;
  type: 'card';
  reference_id: string;
  status: 'valid' | 'expiring' | 'expired';
  gateway: 'chargebee';
  gateway_account_id: string;
  card: Card;
  deleted: boolean;
}

export interface LineItem {
  object: 'line_item';
  id: string;
  subscription_id?: string;
  date_from: number;
  date_to: number;
  unit_amount: number;
  quantity: number;
  amount: number;
  description: string;
  entity_type: 'plan_item_price' | 'addon_item_price' | 'adhoc';
  entity_id?: string;
  is_taxed: boolean;
  tax_amount: number;
}

export interface Invoice extends Resource {
  object: 'invoice';
  customer_id: string;
  subscription_id?: string;
  recurring: boolean;
  status: 'paid' | 'payment_due' | 'not_paid' | 'voided';
  price_type: 'tax_exclusive';
  date: number;
  due_date: number;
  paid_at?: number;
  net_term_days: number;
  currency_code: string;
  sub_total: number;
  tax: number;
  total: number;
  amount_paid: number;
  amount_due: number;
  amount_adjusted: number;
  write_off_amount: number;
  credits_applied: number;
  first_invoice: boolean;
  term_finalized: boolean;
  is_gifted: boolean;
  line_items: LineItem[];
  linked_payments: LinkedPayment[];
  billing_address?: Address & { object: 'billing_address' };
  deleted: boolean;
}

export interface LinkedPayment {
  object: 'linked_payment';
  txn_id: string;
  applied_amount: number;
  applied_at: number;
  txn_status: 'success' | 'failure';
  txn_date: number;
  txn_amount: number;
}

export type PortalSessionStatus =
  'created' | 'logged_in' | 'logged_out' | 'not_yet_activated' | 'activated';

export interface PortalSession extends Resource {
  object: 'portal_session';
  token: string;
  access_url: string;
  redirect_url?: string;
  forward_url?: string;
  status: PortalSessionStatus;
  expires_at: number;
  customer_id: string;
  login_at?: number;
  logout_at?: number;
  login_ipaddress?: string;
  logout_ipaddress?: string;
  linked_customers: LinkedCustomer[];
}

/** A session as it is stored: without its URL, whose origin may change after a restart. */
export type StoredPortalSession = Omit<PortalSession, 'access_url'>;

export interface LinkedCustomer {
  object: 'linked_customer';
  customer_id: string;
  email?: string;
  has_billing_address: boolean;
  has_payment_method: boolean;
  has_active_subscription: boolean;
}

/** Not in Chargebee: a browser that has opened a portal session. The id is the secret in the browser's cookie. */
export interface PortalLogin extends Resource {
  object: 'portal_login';
  portal_session_id: string;
}

/** Not in Chargebee: a plan change that applies at the end of the term. Its id is the subscription's id. */
export interface ScheduledChange extends Resource {
  object: 'scheduled_change';
  item_price_id: string;
  quantity: number;
  /** The add-ons after the change. Defaults to the current ones. */
  addons?: readonly { item_price_id: string; quantity: number }[];
}

export type HostedPageState = 'created' | 'requested' | 'succeeded' | 'cancelled' | 'acknowledged';

export interface HostedPage extends Resource {
  object: 'hosted_page';
  type: 'manage_payment_sources' | 'checkout_new' | 'checkout_existing';
  url: string;
  state: HostedPageState;
  embed: boolean;
  expires_at: number;
  pass_thru_content?: string;
  /** Not in Chargebee: the customer. Missing until the checkout has created it. */
  customer_id?: string;
  /** Not in Chargebee: the URLs that the page redirects to when it has succeeded or has been cancelled. */
  redirect_url?: string;
  cancel_url?: string;
  /** Not in Chargebee: the order of a checkout. */
  checkout?: Checkout;
  /** After success: the resources at that time. */
  content: HostedPageContent;
}

export interface HostedPageContent {
  customer?: Customer;
  subscription?: Subscription;
  invoice?: Invoice;
  /** The payment source whose card is in the content. */
  card?: PaymentSource;
}

/** A hosted page as it is stored: without its URL, whose origin may change after a restart. */
export type StoredHostedPage = Omit<HostedPage, 'url'>;

/** An attempted payment of an invoice. */
export interface Transaction extends Resource {
  object: 'transaction';
  customer_id: string;
  subscription_id?: string;
  gateway_account_id: string;
  payment_source_id: string;
  payment_method: 'card';
  gateway: 'chargebee';
  type: 'payment';
  date: number;
  currency_code: string;
  amount: number;
  amount_unused: number;
  id_at_gateway: string;
  status: 'success' | 'failure';
  error_code?: string;
  error_text?: string;
  initiator_type: 'merchant' | 'customer';
  three_d_secure: boolean;
  masked_card_number: string;
  linked_invoices: LinkedInvoice[];
  linked_refunds: never[];
  deleted: boolean;
}

export interface LinkedInvoice {
  object: 'linked_invoice';
  invoice_id: string;
  applied_amount: number;
  applied_at: number;
  invoice_date: number;
  invoice_total: number;
  invoice_status: Invoice['status'];
}

/** A webhook endpoint. */
export interface WebhookEndpoint extends Resource {
  object: 'webhook_endpoint';
  /** Without credentials. */
  url: string;
  username?: string;
  password?: string;
  /** The event types that are sent. Defaults to all. */
  events?: string[];
}

/** One attempt to deliver an event. */
export interface DeliveryAttempt {
  /** Milliseconds since 1970, by the emulator's clock. */
  at: number;
  duration_ms: number;
  /** The HTTP status of the response. */
  status?: number;
  /** The beginning of the response body. */
  body?: string;
  /** Why there was no response. */
  error?: string;
}

/** The delivery of an event to a webhook endpoint. */
export interface WebhookDelivery extends Resource {
  object: 'webhook_delivery';
  event_id: string;
  event_type: string;
  customer_id: string;
  webhook_id: string;
  status: 'scheduled' | 'succeeded' | 're_scheduled' | 'failed';
  /** The number of retries so far. */
  retries: number;
  /** The most recent attempts. */
  attempts: DeliveryAttempt[];
  /** Milliseconds since 1970, by the emulator's clock. Missing when no further attempt is due. */
  next_attempt_at?: number;
  failure_reason?: string;
}
