import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context.js';
import type { PageData } from '../html/page-data.js';
import { Format } from '../html/format.js';
import type { Customer, HostedPage } from '../store/resources.js';
import type { Flash } from './flash.js';

/** How a page is shown, as requested by chargebee.js or by a link on another page. */
export interface Presentation {
  /** The origin of the merchant's page, to which messages are posted. */
  merchantOrigin?: string;
  /** Whether that origin may receive callbacks. */
  callbacks: boolean;
  framed: boolean;
  /** Whether only a section is shown, as a card. */
  card: boolean;
  format: Format;
  /** Returns a link to another page with the same presentation parameters. */
  href: (path: string) => string;
}

/** The query parameters of a presentation. `host` is the origin of the merchant's page. */
export const PRESENTATION_PARAMETERS: readonly string[] = ['host', 'locale', 'view'];

/** Parses the presentation from the query and headers of a request. */
export function presentationOf(
  request: FastifyRequest,
  { config }: Pick<EmulatorContext, 'config'>,
): Presentation {
  const query = new URL(request.url, 'http://localhost').searchParams;
  const merchantOrigin = query.get('host') ?? undefined;
  const forwardedQuery = new URLSearchParams(
    PRESENTATION_PARAMETERS.flatMap((name) => {
      const value = query.get(name);
      return value ? [[name, value]] : [];
    }),
  ).toString();
  return {
    ...(merchantOrigin && isOrigin(merchantOrigin) ? { merchantOrigin } : {}),
    callbacks: merchantOrigin !== undefined && config.allowedOrigins.includes(merchantOrigin),
    framed: request.headers['sec-fetch-dest'] === 'iframe',
    card: query.get('view') === 'card',
    format: new Format(query.get('locale') ?? undefined),
    href: (path) =>
      forwardedQuery ? `${path}${path.includes('?') ? '&' : '?'}${forwardedQuery}` : path,
  };
}

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

/** Returns the data that the page's browser script needs. */
export const pageData = (
  { merchantOrigin, callbacks, framed }: Presentation,
  more: Partial<PageData> = {},
): PageData => ({ ...(merchantOrigin ? { merchantOrigin } : {}), framed, callbacks, ...more });

/** An authenticated request: its customer and presentation. */
export interface View extends Presentation {
  customer: Customer;
  /** The path prefix of the pages. */
  base: string;
  /** The hosted page that this page belongs to. Undefined in the portal. */
  hostedPage?: HostedPage;
  flash: Flash;
}
