import type Official from '@chargebee/chargebee-js-types';
import type { ChargebeeGlobal, ChargebeeInstance } from './chargebee-types';
import { PORTAL_SECTIONS } from '../portal/portal-sections';

type OfficialInstance = ReturnType<Official['init']>;
type OfficialPortal = ReturnType<OfficialInstance['createChargebeePortal']>;

/** Compiles if the first type is assignable to the second. */
type Fits<T, U> = T extends U ? true : never;

describe('The types of chargebee.js', () => {
  it('are compatible with the types that Chargebee publishes', () => {
    const fits: [
      Fits<OfficialInstance, Omit<ChargebeeInstance, 'openCheckout' | 'site' | 'setLocale'>>,
      Fits<OfficialPortal, ReturnType<ChargebeeInstance['createChargebeePortal']>>,
      Fits<ReturnType<Official['getInstance']>, ReturnType<Official['init']>>,
      Fits<
        ReturnType<Official['getPortalSections']>,
        ReturnType<ChargebeeGlobal['getPortalSections']>
      >,
    ] = [true, true, true, true];
    expect(fits.length).toBe(4);
  });

  it('have the sections of Chargebee’s types, with the same values', () => {
    const sections: { [S in keyof ReturnType<Official['getPortalSections']>]: string } =
      PORTAL_SECTIONS;
    expect(Object.keys(sections).length).toBe(16);
  });
});
