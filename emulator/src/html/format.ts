/** Formats for one reader: money, days and what else the pages show, in the reader's locale and in UTC, as bills are dated. */
export class Format {
  readonly locale: string;

  /** @param locale A BCP 47 tag; English when the runtime does not know it. */
  constructor(locale: string | undefined) {
    this.locale = supported(locale) ?? 'en';
  }

  /** An amount in cents. A currency that cannot be stands as it is. */
  money(cents: number, currency: string): string {
    const amount = cents / 100;
    if (!/^[A-Z]{3}$/i.test(currency)) return `${currency} ${amount.toFixed(2)}`;
    return new Intl.NumberFormat(this.locale, { style: 'currency', currency }).format(amount);
  }

  /** A day, from UTC seconds. */
  day(seconds: number | undefined): string {
    if (seconds === undefined) return '–';
    return new Intl.DateTimeFormat(this.locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
      seconds * 1000,
    );
  }

  /** A country's name, from its two-letter code. What cannot be one stands as it is. */
  country(code: string): string {
    if (!/^[A-Z]{2}$/i.test(code)) return code;
    return (
      new Intl.DisplayNames(this.locale, { type: 'region', fallback: 'code' }).of(code) ?? code
    );
  }
}

function supported(locale: string | undefined): string | undefined {
  if (!locale) return undefined;
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0];
  } catch {
    return undefined;
  }
}

/** Makes a sentence of an error's text: `token has expired` becomes `Token has expired.` */
export const sentence = (text: string): string =>
  text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');
