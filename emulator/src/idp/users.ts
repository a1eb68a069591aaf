/** A user of the demo. */
export interface DemoUser {
  id: string;
  name: string;
  /** The ids of the customers that the user acts for; empty for a new user. */
  customerIds: readonly string[];
}

/** Two users with one customer each, one with both, one without a customer, and one whose customer does not exist. */
export const DEMO_USERS: readonly DemoUser[] = [
  { id: 'juniper', name: 'Juniper Bakery', customerIds: ['juniper-bakery'] },
  { id: 'harbor', name: 'Harbor Cycles', customerIds: ['harbor-cycles'] },
  { id: 'lumen', name: 'Lumen Accounting', customerIds: ['juniper-bakery', 'harbor-cycles'] },
  { id: 'newcomer', name: 'New Customer', customerIds: [] },
  { id: 'orphan', name: 'Orphaned Account', customerIds: ['deleted-customer'] },
];
