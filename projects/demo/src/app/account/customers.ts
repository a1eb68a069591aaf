/** What Acme's own database keeps of a customer: Chargebee's ids are stored with the account they belong to. */
export interface CustomerRecord {
  readonly name: string;
  /** Chargebee's id of the customer's main subscription. */
  readonly subscriptionId: string;
}

/** By Chargebee's id of the customer. */
export const customerRecords: Readonly<Record<string, CustomerRecord | undefined>> = {
  'juniper-bakery': { name: 'Juniper Bakery', subscriptionId: 'juniper-growth' },
  'harbor-cycles': { name: 'Harbor Cycles', subscriptionId: 'harbor-starter' },
};
