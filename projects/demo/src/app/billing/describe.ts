import type { Money, Plan, PlanStatus } from '../account/me';

// Fixed, so that the server and the browser render the same text.
const LOCALE = 'en-GB';

/** Formats an amount, such as "US$97.00". */
export const formatMoney = ({ amount, currency }: Money): string =>
  new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).format(amount / 100);

/** Formats a billing period, such as "per month" or "every 3 months". */
export function formatPeriod({ period, periodUnit }: Plan): string {
  const unit = periodUnit.toLowerCase();
  return period === 1 ? `per ${unit}` : `every ${period} ${unit}s`;
}

const statusLabels: Record<PlanStatus, string> = {
  FUTURE: 'Starts later',
  IN_TRIAL: 'Trial',
  ACTIVE: 'Active',
  NON_RENEWING: 'Ends soon',
  PAUSED: 'Paused',
  CANCELLED: 'Cancelled',
  TRANSFERRED: 'Moved',
};

export const statusLabel = (status: PlanStatus): string => statusLabels[status];

/** Describes the next change of a plan, such as its renewal. */
export function describeNext({ status, renewsAt, endsAt, resumesAt }: Plan): string {
  switch (status) {
    case 'CANCELLED':
      return `Ended on ${formatDay(endsAt)}`;
    case 'TRANSFERRED':
      return 'Moved to another account';
    case 'NON_RENEWING':
      return `Ends on ${formatDay(endsAt)} and does not renew`;
    case 'PAUSED':
      return resumesAt ? `Resumes on ${formatDay(resumesAt)}` : 'Paused until you resume it';
    case 'IN_TRIAL':
      return `Trial until ${formatDay(renewsAt)}`;
    default:
      return `Renews on ${formatDay(renewsAt)}`;
  }
}

/** Formats a date in UTC, like those of Chargebee's invoices. */
const formatDay = (iso: string | null): string =>
  iso
    ? new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso))
    : 'a day that is not known yet';

const brands: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  american_express: 'American Express',
  discover: 'Discover',
  jcb: 'JCB',
};

export const brandName = (brand: string): string => brands[brand] ?? 'Card';
