import type { Format } from '../../html/format.js';

/** The countries in the address forms, by ISO 3166-1 alpha-2 code. The current country of an address is added if it is missing. */
const codes =
  'AT AU BE BG BR CA CH CZ DE DK EE ES FI FR GB GR HR HU IE IN IS IT JP KR LT LU LV MX NL NO NZ PL PT RO SE SG SI SK US ZA'.split(
    ' ',
  );

/** Returns whether a text has the format of a country code. */
export const isCountry = (text: string): boolean => /^[A-Z]{2}$/.test(text);

/** Returns the options of a country field, named and sorted for the locale. The first option is empty. */
export function countryOptions(format: Format, present: string | undefined) {
  const all = present && isCountry(present) ? [...new Set([...codes, present])] : codes;
  const named = all.map((value) => ({ value, label: format.country(value) }));
  named.sort((a, b) => a.label.localeCompare(b.label, format.locale));
  return [{ value: '', label: 'Choose a country' }, ...named];
}
