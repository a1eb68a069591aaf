import { unsupportedMembers } from '../members.js';

/** The missing members that are objects, not functions. */
const OBJECT_MEMBERS: readonly string[] = ['cart', 'estimates', 'vat'];

export const notEmulated = (what: string): string =>
  `chargebee-emulator: ${what} is not emulated. Its chargebee.js has what concerns the portal and hosted pages; ${SUPPORT_PAGE} lists it.`;

const SUPPORT_PAGE = 'the page /support of the emulator';

/** Adds stubs for the members that are not emulated, so that using one throws an error that says so. */
export function addStubs(prototype: object): void {
  for (const name of unsupportedMembers) {
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
