/**
 * Chargebee's resources in its own shape: snake_case, amounts in cents, times in UTC seconds.
 * Only the attributes that the portal and its API touch are here.
 */

export interface Address {
  first_name?: string;
  last_name?: string;
  email?: string;
  company?: string;
  phone?: string;
  line1?: string;
  line2?: string;
  city?: string;
  state?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  zip?: string;
}

/** What every stored resource has. */
export interface Resource {
  id: string;
  object: string;
  created_at: number;
  updated_at?: number;
  resource_version?: number;
}

/** Custom fields of the site: their names begin with `cf_`. */
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
  billing_address?: Address & { object: 'billing_address' };
  /** The emulator's own: Chargebee keeps it on the subscription; new subscriptions begin with it. */
  shipping_address?: Address & { object: 'shipping_address' };
  promotional_credits: number;
  refundable_credits: number;
  excess_payments: number;
  unbilled_charges: number;
  deleted: boolean;
}

export type PeriodUnit = 'day' | 'week' | 'month' | 'year';

/** What is sold: a plan or an add-on. */
export interface Item extends Resource {
  object: 'item';
  name: string;
  description?: string;
  type: 'plan' | 'addon';
  status: 'active' | 'archived';
}

/** What an item costs for a period. */
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
  /** The emulator's own: the day of the month on which terms end, where the month has it. */
  billing_day?: number;
  started_at?: number;
  activated_at?: number;
  pause_date?: number;
  resume_date?: number;
  cancelled_at?: number;
  cancel_schedule_created_at?: number;
  cancel_reason_code?: string;
  payment_source_id?: string;
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
  billing_address?: Address & { object: 'billing_address' };
  deleted: boolean;
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

/** A session as it is stored: the origin of its URL may be another after a restart. */
export type StoredPortalSession = Omit<PortalSession, 'access_url'>;

export interface LinkedCustomer {
  object: 'linked_customer';
  customer_id: string;
  email?: string;
  has_billing_address: boolean;
  has_payment_method: boolean;
  has_active_subscription: boolean;
}

/** The emulator's own: a browser that has opened a portal session. Its id is the secret that the pages know it by. */
export interface PortalLogin extends Resource {
  object: 'portal_login';
  portal_session_id: string;
}

/** The emulator's own: a plan change that waits for the end of the term. Its id is the subscription's. */
export interface ScheduledChange extends Resource {
  object: 'scheduled_change';
  item_price_id: string;
  quantity: number;
}

export type HostedPageState = 'created' | 'requested' | 'succeeded' | 'cancelled' | 'acknowledged';

export interface HostedPage extends Resource {
  object: 'hosted_page';
  type: 'manage_payment_sources';
  url: string;
  state: HostedPageState;
  embed: boolean;
  expires_at: number;
  /** The emulator's own: whose it is, and where the page leads when it is done. */
  customer_id: string;
  redirect_url?: string;
  /** After success: the customer as it became. */
  content: { customer?: Customer };
}

/** A page as it is stored: the origin of its URL may be another after a restart. */
export type StoredHostedPage = Omit<HostedPage, 'url'>;
