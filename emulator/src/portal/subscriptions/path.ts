/** The path of a subscription's page, which those of its forms begin with. An id may be any text. */
export const subscriptionPath = (id: string): string =>
  `/portal/v2/subscriptions/${encodeURIComponent(id)}`;
