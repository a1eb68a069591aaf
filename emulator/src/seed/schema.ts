import { z } from 'zod';
import { chosenId } from '../api/parameters.js';

const seconds = z.int().min(0).max(99_999_999_999);
const shortText = z.string().min(1).max(250).optional();

const country = z.string().regex(/^[A-Z]{2}$/, 'should be an ISO 3166 code of two letters');
const currency = z.string().regex(/^[A-Z]{3}$/, 'should be an ISO 4217 code of three letters');

const address = z.strictObject({
  first_name: shortText,
  last_name: shortText,
  email: shortText,
  company: shortText,
  phone: shortText,
  line1: shortText,
  line2: shortText,
  city: shortText,
  state: shortText,
  country: country.optional(),
  zip: shortText,
});

const card = z.strictObject({
  id: chosenId.optional(),
  primary: z.boolean().default(false),
  number: z.string(),
  expiry_month: z.int().min(1).max(12),
  /** May be in the past for an expired card. */
  expiry_year: z.int().min(2000).max(2100),
  first_name: shortText,
  last_name: shortText,
  billing_country: shortText,
  billing_zip: shortText,
});

const quantity = z.int().min(1).default(1);
const priced = z.strictObject({ item_price_id: chosenId, quantity });

const subscription = z.strictObject({
  id: chosenId.optional(),
  item_price_id: chosenId,
  quantity,
  /** Must have the currency of the plan. */
  addons: z.array(priced).default([]),
  status: z
    .enum(['future', 'in_trial', 'active', 'non_renewing', 'paused', 'cancelled'])
    .default('active'),
  /**
   * The start. Defaults to now, or to one month from now for `future`. All terms since then are billed. A start in the future changes
   * `active` to `future`.
   */
  started_at: seconds.optional(),
  /** For `in_trial`. */
  trial_end: seconds.optional(),
  /** For `paused`. */
  pause_date: seconds.optional(),
  resume_date: seconds.optional(),
  /** For `cancelled`. */
  cancelled_at: seconds.optional(),
  /** For `cancelled` and `non_renewing`. */
  cancel_reason_code: shortText,
  /** A plan change at the end of the term. */
  scheduled_change: priced.optional(),
  /** Leaves the last invoice unpaid. */
  last_invoice_unpaid: z.boolean().default(false),
  custom_fields: z.record(z.string().startsWith('cf_'), z.string()).default({}),
});

const customer = z.strictObject({
  id: chosenId,
  first_name: shortText,
  last_name: shortText,
  email: shortText,
  phone: shortText,
  company: shortText,
  vat_number: shortText,
  locale: shortText,
  preferred_currency_code: currency.optional(),
  auto_collection: z.enum(['on', 'off']).default('on'),
  created_at: seconds.optional(),
  billing_address: address.optional(),
  shipping_address: address.optional(),
  cards: z.array(card).max(20).default([]),
  subscriptions: z.array(subscription).max(20).default([]),
});

/** The values of features by their ids, such as `{ "seats": 5, "sso": true }`. */
const entitlements = z
  .record(chosenId, z.union([z.string().min(1), z.int().min(0), z.boolean()]).transform(String))
  .default({});

const feature = z.strictObject({
  id: chosenId,
  name: z.string().min(1),
  description: shortText,
  type: z.enum(['switch', 'quantity', 'range', 'custom']).default('switch'),
  /** The unit of a `quantity` or `range`, in the singular. */
  unit: shortText,
  /** For `custom`: from the lowest to the highest. */
  levels: z.array(z.strictObject({ value: z.string().min(1), name: shortText })).default([]),
});

const item = z.strictObject({
  id: chosenId,
  name: z.string().min(1),
  description: shortText,
  type: z.enum(['plan', 'addon']).default('plan'),
  entitlements,
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
        /** Overrides the item's entitlements. */
        entitlements,
      }),
    )
    .min(1),
});

/** The format of a seed file. */
export const seedSchema = z.strictObject({
  /** The features of plans and add-ons. Without `items`, the features of the emulator's own catalogue exist too. */
  features: z.array(feature).max(400).optional(),
  /** Plans and add-ons. Defaults to the emulator's own catalogue. */
  items: z.array(item).max(200).optional(),
  customers: z.array(customer).max(2000),
});

export type SeedInput = z.input<typeof seedSchema>;
export type Seed = z.output<typeof seedSchema>;
export type SeedCustomer = Seed['customers'][number];
export type SeedSubscription = SeedCustomer['subscriptions'][number];
export type SeedFeature = NonNullable<Seed['features']>[number];
export type SeedItem = NonNullable<Seed['items']>[number];

/** Validates a seed. @throws Error with one problem per line */
export function parseSeed(input: unknown): Seed {
  const { success, data, error } = seedSchema.safeParse(input);
  if (!success) throw new Error(`The seed is not valid:\n${z.prettifyError(error)}`);
  return data;
}
