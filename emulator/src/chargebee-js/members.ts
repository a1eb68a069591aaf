/** The members of Chargebee's instance that chargebee.js implements: those for the portal and hosted pages. */
export const members = [
  'setPortalSession',
  'createChargebeePortal',
  'setPortalCallbacks',
  'setCheckoutCallbacks',
  'openCheckout',
  'setLocale',
  'logout',
  'closeAll',
] as const;

/** The members that it does not implement. The guide gives the reason for each. */
export const unsupportedMembers = [
  'cart',
  'getCart',
  'initializeProduct',
  'getProduct',
  'createCheckout',
  'estimates',
  'vat',
  'setBusinessEntity',
  'components',
  'createComponent',
  'tokenize',
  'load',
  'load3DSHandler',
  'create3DSHandler',
  'authorizeWith3ds',
  'loadAmazonpay',
  'handlePayment',
  'cancelPage',
  'pricingTable',
  'personalizedOffers',
] as const;
