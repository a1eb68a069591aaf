import type { IncomingHttpHeaders } from 'node:http';
import type { StoreEvent } from '../store/events.js';

const MASK = '***';

const SECRET_HEADERS = ['authorization', 'cookie', 'set-cookie', 'proxy-authorization'];
const SECRET_PARAMETERS =
  /^(token|access_token|key|login|session|number|cvv|code|password|secret)$/i;
/** Paths in which a secret stands: what opens a portal session, a hosted page or a download. */
const SECRET_PATHS =
  /^(\/portal\/access\/|\/pages\/v3\/|\/downloads\/invoices\/|\/api\/v2\/hosted_pages\/(?!manage_payment_sources$))[^/?]+/;
/** Where the filter by id names what opens a hosted page. */
const HOSTED_PAGES = '/api/v2/hosted_pages';

/** How long a text is kept, and how long the whole body as JSON. */
const LONGEST_TEXT = 2000;
const LONGEST_BODY = 20_000;

/** Headers without what signs in. */
export function maskHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.includes(name)
        ? MASK
        : name === 'referer'
          ? maskUrl(String(value))
          : cut(String(value)),
    ]),
  );
}

/** An event without what opens a hosted page: its id. */
export const maskEvent = (event: StoreEvent): StoreEvent =>
  event.type === 'hosted_page_changed' ? { ...event, resource_id: MASK } : event;

/** A body without tokens and card numbers, however deep they are, and without what is too long to be kept a thousand times. */
export function maskBody(body: unknown): unknown {
  const masked = maskParameters(body);
  const { length } = JSON.stringify(masked);
  return length > LONGEST_BODY ? `*** ${length} characters` : masked;
}

function maskParameters(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskParameters(item, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskParameters(inner, key)]),
    );
  }
  if (SECRET_PARAMETERS.test(lastPartOf(name))) return MASK;
  return typeof value === 'string' ? cut(value) : value;
}

function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  // Copied, for a part of a text keeps the whole in memory.
  const beginning = Buffer.from(text.slice(0, LONGEST_TEXT)).toString();
  return `${beginning}… (${text.length} characters)`;
}

/** A path and query without secrets, cut off when it is too long. Takes a whole URL too. */
export function maskUrl(url: string): string {
  return cut(withoutSecrets(url));
}

function withoutSecrets(url: string): string {
  const [origin = ''] = /^https?:\/\/[^/]+/.exec(url) ?? [''];
  const [path = '', query] = url.slice(origin.length).split('?', 2);
  const masked = origin + path.replace(SECRET_PATHS, `$1${MASK}`);
  if (query === undefined) return masked;
  const parts = query.split('&').map((part) => {
    const [written = ''] = part.split('=', 1);
    const name = decoded(written);
    const secret =
      SECRET_PARAMETERS.test(lastPartOf(name)) || (path === HOSTED_PAGES && name.startsWith('id'));
    return secret ? `${written}=${MASK}` : part;
  });
  return `${masked}?${parts.join('&')}`;
}

/** A parameter's name as it is meant. One that cannot be decoded stays as it is written. */
const decoded = (name: string): string => [...new URLSearchParams(name).keys()][0] ?? '';

/** What a bracketed name ends with, such as `number` of `card[number]`, also in a list: `card[number][0]`. */
const lastPartOf = (name: string): string =>
  name
    .split(/[[\]]/)
    .filter((part) => !/^\d*$/.test(part))
    .at(-1) ?? '';
