import * as v from 'valibot';
import { splitList } from './values.js';

const SCHEME_AND_HOST = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d{1,5})?$/i;
/** Rejected schemes: their URLs stand for code, files or connections, not for pages or apps. */
const NEVER_AN_ORIGIN = /^(javascript|data|file|blob|about|ftp|ws|wss):/i;

/** A comma-separated list of exact origins, as browsers send them: of web pages, or of apps such as `capacitor://localhost`. */
export const origins = v.pipe(
  v.string(),
  v.transform((text) => splitList(text).map((item) => parseOrigin(item.replace(/\/$/, '')))),
  v.everyItem(
    (origin) => origin !== undefined,
    'must list exact origins such as https://app.example.com or capacitor://localhost, separated by commas',
  ),
  v.transform((list) => list as string[]),
);

/**
 * Returns the origin of a URL as browsers send it. For custom schemes of apps the URL standard defines no origin and does
 * not normalize the host, but web views send scheme and host in lower case.
 */
export function originOf({ protocol, host, origin }: URL): string {
  return /^https?:$/.test(protocol) ? origin : `${protocol}//${host.toLowerCase()}`;
}

/** Returns the origin; `undefined` when the text is not exactly one origin. */
function parseOrigin(text: string): string | undefined {
  if (!URL.canParse(text) || text.includes('*')) return undefined;
  const url = new URL(text);
  const isExact = /^https?:$/.test(url.protocol)
    ? // Accepts what the URL parser normalizes: capitals, the default port, international names.
      /^https?:\/\/[^/?#@\\]+$/i.test(text)
    : SCHEME_AND_HOST.test(text) && !NEVER_AN_ORIGIN.test(text);
  return isExact ? originOf(url) : undefined;
}
