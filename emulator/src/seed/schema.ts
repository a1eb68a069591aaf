import { z } from 'zod';
import { chosenId } from '../api/parameters.js';

const seconds = z.int().min(0).max(99_999_999_999);
const short = z.string().min(1).max(250).optional();

const country = z.string().regex(/^[A-Z]{2}$/, 'should be an ISO 3166 code of two letters');
const currency = z.string().regex(/^[A-Z]{3}$/, 'should be an ISO 4217 code of three letters');

const address = z.strictObject({
  first_name: short,
  last_name: short,
  email: short,
  company: short,
  phone: short,
  line1: short,
  line2: short,
  city: short,
  state: short,
  country: country.optional(),
  zip: short,
});

const card = z.strictObject({
  id: chosenId.optional(),
  primary: z.boolean().default(false),
  number: z.string(),
  expiry_month: z.int().min(1).max(12),
  /** May be in the past: the card has then expired. */
  expiry_year: z.int().min(2000).max(2100),
  first_name: short,
  last_name: short,
  billing_country: short,
  billing_zip: short,
});

const quantity = z.int().min(1).default(1);
const priced = z.strictObject({ item_price_id: chosenId, quantity });

const subscription = z.strictObject({
  id: chosenId.optional(),
  item_price_id: chosenId,
  quantity,
  /** In the currency of the plan. */
  addons: z.array(priced).default([]),
  status: z
    .enum(['future', 'in_trial', 'active', 'non_renewing', 'paused', 'cancelled'])
    .default('active'),
  /**
   * When it began; now when not given. All terms since then are billed. Or when it will begin, which makes an `active` one
   * `future`; a month ahead when that is said and this is not.
   */
  started_at: seconds.optional(),
  /** For `in_trial`; for `paused`; for `cancelled`. */
  trial_end: seconds.optional(),
  pause_date: seconds.optional(),
  resume_date: seconds.optional(),
  cancelled_at: seconds.optional(),
  cancel_reason_code: short,
  /** What it changes to at the end of the term. */
  scheduled_change: priced.optional(),
  /** Leaves the last invoice unpaid. */
  last_invoice_unpaid: z.boolean().default(false),
  custom_fields: z.record(z.string().startsWith('cf_'), z.string()).default({}),
});

const customer = z.strictObject({
  id: chosenId,
  first_name: short,
  last_name: short,
  email: short,
  phone: short,
  company: short,
  vat_number: short,
  locale: short,
  preferred_currency_code: currency.optional(),
  auto_collection: z.enum(['on', 'off']).default('on'),
  created_at: seconds.optional(),
  billing_address: address.optional(),
  shipping_address: address.optional(),
  cards: z.array(card).max(20).default([]),
  subscriptions: z.array(subscription).max(20).default([]),
});

const item = z.strictObject({
  id: chosenId,
  name: z.string().min(1),
  description: short,
  type: z.enum(['plan', 'addon']).default('plan'),
  prices: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(100),
        name: z.string().min(1),
        /** In cents. */
        price: z.int().min(0),
        currency_code: currency.default('USD'),
        period: z.int().min(1).default(1),
        period_unit: z.enum(['day', 'week', 'month', 'year']).default('month'),
      }),
    )
    .min(1),
});

/** A site's data, as a seed file tells it. */
export const seedSchema = z.strictObject({
  /** What is sold; the emulator's own catalogue when not given. */
  items: z.array(item).max(200).optional(),
  customers: z.array(customer).max(2000),
});

export type SeedInput = z.input<typeof seedSchema>;
export type Seed = z.output<typeof seedSchema>;
export type SeedCustomer = Seed['customers'][number];
export type SeedSubscription = SeedCustomer['subscriptions'][number];
export type SeedItem = NonNullable<Seed['items']>[number];

/** @throws Error that says what is wrong with it, one fault a line */
export function readSeed(input: unknown): Seed {
  const { success, data, error } = seedSchema.safeParse(input);
  if (!success) throw new Error(`The seed is not valid:\n${z.prettifyError(error)}`);
  return data;
}
