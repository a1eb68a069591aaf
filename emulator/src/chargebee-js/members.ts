/** The members of Chargebee's instance that chargebee.js implements: those for the portal, hosted pages and drop-in links. */
export const members = [
  'setPortalSession',
  'createChargebeePortal',
  'setPortalCallbacks',
  'setCheckoutCallbacks',
  'openCheckout',
  'cart',
  'getCart',
  'initializeProduct',
  'getProduct',
  'setLocale',
  'logout',
  'closeAll',
] as const;

/** The members that it does not implement. The guide gives the reason for each. */
export const unsupportedMembers = [
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

/** The members of carts and products that it does not implement. */
export const unsupportedCartMembers = [
  'calculateEstimate',
  'setBusinessEntity',
  'businessEntityId',
  'setAffiliateToken',
  'affiliateToken',
  'callbacks',
] as const;
export const unsupportedProductMembers = [
  'setPlanQuantityInDecimal',
  'planQuantityInDecimal',
  'setLayout',
  'getLayout',
  'layout',
  'setIsItemsModel',
  'isItemsModel',
  'isOneTimeCheckout',
  'fillAddons',
  'fillItems',
  'fillSubscriptionCustomFields',
  'hasItemAttributes',
  'createProductFromElement',
] as const;
