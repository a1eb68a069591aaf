import type { IncomingHttpHeaders } from 'node:http';
import type { StoreEvent } from '../store/events.js';

const MASK = '***';

const SECRET_HEADERS = ['authorization', 'cookie', 'set-cookie', 'proxy-authorization'];
const SECRET_PARAMETERS =
  /^(token|access_token|key|login|session|number|cvv|code|password|secret)$/i;
/** Paths that contain a secret, which opens a portal session, a hosted page or a download. */
const SECRET_PATHS =
  /^(\/portal\/access\/|\/pages\/v3\/|\/downloads\/invoices\/|\/api\/v2\/hosted_pages\/(?!(?:manage_payment_sources|checkout_\w+)$))[^/?]+/;
/** This list's filter by id contains the ids of hosted pages, which open them. */
const HOSTED_PAGE_LIST = '/api/v2/hosted_pages';

/** The maximum length of a string, and of a whole body as JSON. */
const MAX_TEXT_LENGTH = 2000;
const MAX_BODY_LENGTH = 20_000;

/** Returns the headers with credentials masked. */
export function maskHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.includes(name)
        ? MASK
        : name === 'referer'
          ? maskUrl(String(value))
          : truncate(String(value)),
    ]),
  );
}

/** Converts an event to an entry of the emulator's log. Omits the content, and masks hosted page ids because they open the page. */
export const toLogEntry = (event: StoreEvent) => ({
  id: event.id,
  type: event.type,
  occurred_at: event.occurred_at,
  customer_id: event.customer_id,
  resource_id: event.type === 'hosted_page_changed' ? MASK : event.resource_id,
  source: event.source,
  webhook_status: event.webhook_status,
});

/** Masks tokens and card numbers at any depth of a body. Omits a body that is too large to be stored a thousand times. */
export function maskBody(body: unknown): unknown {
  const masked = maskParameters(body);
  const { length } = JSON.stringify(masked);
  return length > MAX_BODY_LENGTH ? `*** ${length} characters` : masked;
}

function maskParameters(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskParameters(item, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskParameters(inner, key)]),
    );
  }
  if (SECRET_PARAMETERS.test(lastSegment(name))) return MASK;
  return typeof value === 'string' ? truncate(value) : value;
}

function truncate(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  // Copy the string: V8 keeps the whole original in memory for a slice of it.
  const beginning = Buffer.from(text.slice(0, MAX_TEXT_LENGTH)).toString();
  return `${beginning}… (${text.length} characters)`;
}

/** Masks the secrets of a path and query, or of a full URL, and truncates the result. */
export function maskUrl(url: string): string {
  return truncate(maskSecrets(url));
}

function maskSecrets(url: string): string {
  const [origin = ''] = /^https?:\/\/[^/]+/.exec(url) ?? [''];
  const [path = '', query] = url.slice(origin.length).split('?', 2);
  const masked = origin + path.replace(SECRET_PATHS, `$1${MASK}`);
  if (query === undefined) return masked;
  const parts = query.split('&').map((part) => {
    const [rawName = ''] = part.split('=', 1);
    const name = decodeName(rawName);
    const secret =
      SECRET_PARAMETERS.test(lastSegment(name)) ||
      (path === HOSTED_PAGE_LIST && name.startsWith('id'));
    return secret ? `${rawName}=${MASK}` : part;
  });
  return `${masked}?${parts.join('&')}`;
}

/** Decodes a parameter's name. Invalid percent-encoding stays as it is. */
const decodeName = (name: string): string => [...new URLSearchParams(name).keys()][0] ?? '';

/** Returns the last segment of a bracketed name, such as `number` for `card[number]` and for `card[number][0]`. */
const lastSegment = (name: string): string =>
  name
    .split(/[[\]]/)
    .filter((part) => !/^\d*$/.test(part))
    .at(-1) ?? '';
