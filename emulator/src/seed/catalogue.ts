import type { SeedInput } from './schema.js';

type Items = NonNullable<SeedInput['items']>;
type Features = NonNullable<SeedInput['features']>;

/** The features of the plans: one of each type. */
export const defaultFeatures: Features = [
  { id: 'seats', name: 'Team seats', type: 'quantity', unit: 'seat' },
  { id: 'locations', name: 'Locations', type: 'range', unit: 'location' },
  { id: 'priority-support', name: 'Priority support' },
  {
    id: 'reports',
    name: 'Reports',
    type: 'custom',
    levels: [{ value: 'basic' }, { value: 'detailed' }, { value: 'custom' }],
  },
];

interface Plan extends Pick<Items[number], 'id' | 'name' | 'description' | 'entitlements'> {
  monthly: number;
}

const PLANS: readonly Plan[] = [
  {
    id: 'starter',
    name: 'Starter',
    monthly: 2900,
    description: 'For a first shop: one location.',
    entitlements: { seats: 2, locations: 1, reports: 'basic' },
  },
  {
    id: 'growth',
    name: 'Growth',
    monthly: 7900,
    description: 'For a few locations and a team.',
    entitlements: { seats: 10, locations: 5, reports: 'detailed', 'priority-support': false },
  },
  {
    id: 'scale',
    name: 'Scale',
    monthly: 19900,
    description: 'For many locations, with priority support.',
    entitlements: {
      seats: 50,
      locations: 'unlimited',
      reports: 'custom',
      'priority-support': true,
    },
  },
];

/** Three plans with monthly and yearly prices in two currencies, a second product, and an add-on. */
export const defaultItems: Items = [
  ...PLANS.map(({ id, name, monthly, description, entitlements }) => ({
    id,
    name,
    description,
    entitlements,
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
    entitlements: { seats: 1 },
    prices: [{ id: 'extra-seat-USD-monthly', name: 'Extra seat, monthly', price: 900 }],
  },
];
