/** Returns the path of a subscription's page, which is also the prefix of its forms. Ids may contain any characters. */
export const subscriptionPath = (id: string): string =>
  `/portal/v2/subscriptions/${encodeURIComponent(id)}`;
