/** Formats for one reader: money, days and what else the pages show, in the reader's locale and in UTC, as bills are dated. */
export class Format {
  readonly locale: string;

  /** @param locale A BCP 47 tag; English when the runtime does not know it. */
  constructor(locale: string | undefined) {
    this.locale = supported(locale) ?? 'en';
  }

  /** An amount in cents. */
  money(cents: number, currency: string): string {
    return new Intl.NumberFormat(this.locale, { style: 'currency', currency }).format(cents / 100);
  }

  /** A day, from UTC seconds. */
  day(seconds: number | undefined): string {
    if (seconds === undefined) return '–';
    return new Intl.DateTimeFormat(this.locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
      seconds * 1000,
    );
  }

  /** A country's name, from its two-letter code. */
  country(code: string): string {
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
