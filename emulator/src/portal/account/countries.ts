import type { Format } from '../../html/format.js';

/** The countries of the address forms, by ISO 3166-1 alpha-2 code; those that an address names already are added. */
const codes =
  'AT AU BE BG BR CA CH CZ DE DK EE ES FI FR GB GR HR HU IE IN IS IT JP KR LT LU LV MX NL NO NZ PL PT RO SE SG SI SK US ZA'.split(
    ' ',
  );

/** Whether a text may be the code of a country. */
export const isCountry = (text: string): boolean => /^[A-Z]{2}$/.test(text);

/** Options for a country, in the reader's language and order. The first means none. */
export function countryOptions(format: Format, present: string | undefined) {
  const all = present && isCountry(present) ? [...new Set([...codes, present])] : codes;
  const named = all.map((value) => ({ value, label: format.country(value) }));
  named.sort((a, b) => a.label.localeCompare(b.label, format.locale));
  return [{ value: '', label: 'Choose a country' }, ...named];
}
