/** Formats money, dates and countries in a customer's locale. Dates are in UTC, as on invoices. */
export class Format {
  readonly locale: string;

  /** @param locale A BCP 47 tag. Unsupported ones fall back to English. */
  constructor(locale: string | undefined) {
    this.locale = toSupportedLocale(locale) ?? 'en';
  }

  /** Formats an amount in cents. An invalid currency code is shown unchanged. */
  money(cents: number, currency: string): string {
    const amount = cents / 100;
    if (!/^[A-Z]{3}$/i.test(currency)) return `${currency} ${amount.toFixed(2)}`;
    return new Intl.NumberFormat(this.locale, { style: 'currency', currency }).format(amount);
  }

  /** Formats a date from a Unix timestamp in seconds. */
  day(seconds: number | undefined): string {
    if (seconds === undefined) return '–';
    return new Intl.DateTimeFormat(this.locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
      seconds * 1000,
    );
  }

  /** Returns the name of a country from its two-letter code. An invalid code is returned unchanged. */
  country(code: string): string {
    if (!/^[A-Z]{2}$/i.test(code)) return code;
    return (
      new Intl.DisplayNames(this.locale, { type: 'region', fallback: 'code' }).of(code) ?? code
    );
  }
}

function toSupportedLocale(locale: string | undefined): string | undefined {
  if (!locale) return undefined;
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0];
  } catch {
    return undefined;
  }
}

/** Capitalizes an error message and adds a full stop: `token has expired` becomes `Token has expired.` */
export const sentence = (text: string): string =>
  text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');

/** Removes the gateway's error code, such as `(card_declined)`, from the start of an error message. */
export const toCustomerText = (text: string): string => text.replace(/^\([a-z_]+\)\s+/, '');
