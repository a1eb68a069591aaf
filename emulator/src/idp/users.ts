/** Somebody who can sign in to the demo. */
export interface DemoUser {
  id: string;
  name: string;
  /** The customers that the user acts for; none for one that is new. */
  customerIds: readonly string[];
}

/** One with a customer each, one with two, one with none, and one whose customer the site does not know. */
export const DEMO_USERS: readonly DemoUser[] = [
  { id: 'juniper', name: 'Juniper Bakery', customerIds: ['juniper-bakery'] },
  { id: 'harbor', name: 'Harbor Cycles', customerIds: ['harbor-cycles'] },
  { id: 'lumen', name: 'Lumen Accounting', customerIds: ['juniper-bakery', 'harbor-cycles'] },
  { id: 'newcomer', name: 'New Customer', customerIds: [] },
  { id: 'orphan', name: 'Orphaned Account', customerIds: ['deleted-customer'] },
];
