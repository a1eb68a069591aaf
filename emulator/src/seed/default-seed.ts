import type { SeedInput } from './schema.js';

const DAY = 86_400;

/** Returns a realistic site: companies with different plans, states and histories, relative to a time in UTC seconds. */
export function defaultSeed(now: number): SeedInput {
  const ago = (days: number) => now - days * DAY;
  const year = new Date(now * 1000).getUTCFullYear();
  return {
    customers: [
      {
        id: 'juniper-bakery',
        company: 'Juniper Bakery',
        email: 'billing@juniper-bakery.example',
        phone: '+1 503 555 0142',
        created_at: ago(260),
        billing_address: {
          company: 'Juniper Bakery',
          line1: '18 Alder Street',
          city: 'Portland',
          state: 'Oregon',
          zip: '97205',
          country: 'US',
        },
        shipping_address: {
          company: 'Juniper Bakery',
          line1: '4 Mill Lane, back entrance',
          city: 'Portland',
          state: 'Oregon',
          zip: '97209',
          country: 'US',
        },
        cards: [{ number: '4242424242424242', expiry_month: 8, expiry_year: year + 3 }],
        subscriptions: [
          {
            id: 'juniper-growth',
            item_price_id: 'growth-USD-monthly',
            addons: [{ item_price_id: 'extra-seat-USD-monthly', quantity: 2 }],
            started_at: ago(252),
            custom_fields: { cf_purchase_order: 'PO-2231' },
          },
        ],
      },
      {
        id: 'harbor-cycles',
        company: 'Harbor Cycles',
        email: 'accounts@harbor-cycles.example',
        phone: '+1 206 555 0118',
        created_at: ago(500),
        billing_address: {
          company: 'Harbor Cycles',
          line1: '77 Pier Road',
          city: 'Seattle',
          state: 'Washington',
          zip: '98101',
          country: 'US',
        },
        cards: [
          { number: '5555555555554444', expiry_month: 3, expiry_year: year + 2, primary: true },
          { number: '378282246310005', expiry_month: 11, expiry_year: year + 1 },
        ],
        subscriptions: [
          { id: 'harbor-starter', item_price_id: 'starter-USD-yearly', started_at: ago(430) },
          {
            id: 'harbor-workshop',
            item_price_id: 'workshop-USD-monthly',
            status: 'paused',
            started_at: ago(140),
            pause_date: ago(12),
            resume_date: now + 45 * DAY,
          },
        ],
      },
      {
        id: 'atlas-freight',
        company: 'Atlas Freight',
        email: 'finance@atlas-freight.example',
        created_at: ago(5),
        subscriptions: [
          {
            id: 'atlas-trial',
            item_price_id: 'scale-USD-monthly',
            status: 'in_trial',
            started_at: ago(5),
            trial_end: now + 9 * DAY,
          },
        ],
      },
      {
        id: 'cedar-clinic',
        company: 'Cedar Clinic',
        email: 'office@cedar-clinic.example',
        created_at: ago(400),
        cards: [{ number: '6011111111111117', expiry_month: 5, expiry_year: year + 1 }],
        subscriptions: [
          {
            id: 'cedar-growth',
            item_price_id: 'growth-USD-monthly',
            status: 'cancelled',
            started_at: ago(380),
            cancelled_at: ago(40),
            cancel_reason_code: 'Not using it any more',
          },
        ],
      },
      {
        id: 'orchid-hotels',
        company: 'Orchid Hotels',
        email: 'einkauf@orchid-hotels.example',
        vat_number: 'DE123456789',
        preferred_currency_code: 'EUR',
        created_at: ago(300),
        billing_address: {
          company: 'Orchid Hotels',
          line1: 'Lindenallee 3',
          city: 'Hamburg',
          zip: '20095',
          country: 'DE',
        },
        cards: [{ number: '3530111333300000', expiry_month: 12, expiry_year: year + 4 }],
        subscriptions: [
          {
            id: 'orchid-scale',
            item_price_id: 'scale-EUR-yearly',
            quantity: 3,
            status: 'non_renewing',
            started_at: ago(290),
            cancel_reason_code: 'Moving to another product',
          },
        ],
      },
      {
        id: 'quarry-stone',
        company: 'Quarry & Stone',
        email: 'books@quarry-stone.example',
        created_at: ago(200),
        cards: [{ number: '4111111111111111', expiry_month: 1, expiry_year: year - 1 }],
        subscriptions: [
          {
            id: 'quarry-starter',
            item_price_id: 'starter-USD-monthly',
            started_at: ago(190),
            last_invoice_unpaid: true,
          },
        ],
      },
      {
        id: 'delta-robotics',
        company: 'Delta Robotics',
        email: 'ap@delta-robotics.example',
        created_at: ago(90),
        cards: [{ number: '5105105105105100', expiry_month: 7, expiry_year: year + 2 }],
        subscriptions: [
          {
            id: 'delta-growth',
            item_price_id: 'growth-USD-monthly',
            started_at: ago(80),
            scheduled_change: { item_price_id: 'scale-USD-monthly' },
          },
          {
            id: 'delta-next',
            item_price_id: 'starter-USD-monthly',
            status: 'future',
            started_at: now + 20 * DAY,
          },
        ],
      },
    ],
  };
}
