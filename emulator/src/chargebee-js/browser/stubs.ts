/** The missing members that are objects or values, not functions. */
const OBJECT_MEMBERS: readonly string[] = [
  'estimates',
  'vat',
  'businessEntityId',
  'affiliateToken',
  'callbacks',
  'planQuantityInDecimal',
  'layout',
  'isItemsModel',
  'isOneTimeCheckout',
];

export const notEmulated = (what: string): string =>
  `chargebee-emulator: ${what} is not emulated. Its chargebee.js has what concerns the portal, hosted pages and drop-in links; ${SUPPORT_PAGE} lists it.`;

const SUPPORT_PAGE = 'the page /support of the emulator';

/** Adds stubs for the members that are not emulated, so that using one throws an error that says so. */
export function addStubs(prototype: object, names: readonly string[]): void {
  for (const name of names) {
    const throwNotEmulated = (): never => {
      throw new Error(notEmulated(OBJECT_MEMBERS.includes(name) ? name : `${name}()`));
    };
    Object.defineProperty(
      prototype,
      name,
      OBJECT_MEMBERS.includes(name) ? { get: throwNotEmulated } : { value: throwNotEmulated },
    );
  }
}
