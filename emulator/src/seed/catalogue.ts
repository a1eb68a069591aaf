import type { SeedInput } from './schema.js';

type Items = NonNullable<SeedInput['items']>;

const PLANS = [
  { id: 'starter', name: 'Starter', monthly: 2900, description: 'For a first shop: one location.' },
  { id: 'growth', name: 'Growth', monthly: 7900, description: 'For a few locations and a team.' },
  {
    id: 'scale',
    name: 'Scale',
    monthly: 19900,
    description: 'For many locations, with priority support.',
  },
];

/** Three plans with monthly and yearly prices in two currencies, a second product, and an add-on. */
export const defaultItems: Items = [
  ...PLANS.map(({ id, name, monthly, description }) => ({
    id,
    name,
    description,
    prices: ['USD', 'EUR'].flatMap((currency_code) => [
      {
        id: `${id}-${currency_code}-monthly`,
        name: `${name}, monthly`,
        price: monthly,
        currency_code,
      },
      {
        id: `${id}-${currency_code}-yearly`,
        name: `${name}, yearly`,
        // Two months free.
        price: monthly * 10,
        currency_code,
        period_unit: 'year' as const,
      },
    ]),
  })),
  {
    id: 'workshop',
    name: 'Workshop scheduling',
    description: 'Bookings for repairs and services.',
    prices: [{ id: 'workshop-USD-monthly', name: 'Workshop scheduling, monthly', price: 1500 }],
  },
  {
    id: 'extra-seat',
    name: 'Extra seat',
    type: 'addon' as const,
    prices: [{ id: 'extra-seat-USD-monthly', name: 'Extra seat, monthly', price: 900 }],
  },
];
