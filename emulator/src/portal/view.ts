import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context.js';
import type { PageData } from '../html/page-data.js';
import { Format } from '../html/format.js';
import type { Customer, HostedPage } from '../store/resources.js';
import type { Flash } from './flash.js';

/** How chargebee.js, or a link of ours, asks for a page to be shown. */
export interface Presentation {
  /** The origin of the merchant's page, which messages go to. */
  host?: string;
  /** Whether callbacks fire for that origin. */
  callbacks: boolean;
  framed: boolean;
  /** A section alone, without the rest of the portal. */
  card: boolean;
  format: Format;
  /** A link to another page, presented alike. */
  href: (path: string) => string;
}

const passedOn = ['host', 'locale', 'view'] as const;

/** Reads how a page is to be shown from the query that chargebee.js gives it. */
export function presentationOf(
  request: FastifyRequest,
  { config }: Pick<EmulatorContext, 'config'>,
): Presentation {
  const query = new URL(request.url, 'http://localhost').searchParams;
  const host = query.get('host') ?? undefined;
  const kept = new URLSearchParams(
    passedOn.flatMap((name) => {
      const value = query.get(name);
      return value ? [[name, value]] : [];
    }),
  ).toString();
  return {
    ...(host && isOrigin(host) ? { host } : {}),
    callbacks: host !== undefined && config.allowedOrigins.includes(host),
    framed: request.headers['sec-fetch-dest'] === 'iframe',
    card: query.get('view') === 'card',
    format: new Format(query.get('locale') ?? undefined),
    href: (path) => (kept ? `${path}${path.includes('?') ? '&' : '?'}${kept}` : path),
  };
}

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

/** What the script of a page that is presented so needs to know. */
export const pageData = (
  { host, callbacks, framed }: Presentation,
  more: Partial<PageData> = {},
): PageData => ({ ...(host ? { host } : {}), framed, callbacks, ...more });

/** A request of somebody who may see a customer's billing: whose it is, and how to show what. */
export interface View extends Presentation {
  customer: Customer;
  /** What the paths of these pages begin with. */
  base: string;
  /** The hosted page that this is one of; not there in the portal. */
  hostedPage?: HostedPage;
  flash: Flash;
}
