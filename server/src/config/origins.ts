import * as v from 'valibot';
import { splitList } from './values.js';

const SCHEME_AND_HOST = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d{1,5})?$/i;
/** Schemes whose "origin" would be code or a file. */
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
 * The origin of a URL as browsers send it. The URL standard knows none of apps' own schemes, and leaves their hosts as
 * they are written; web views send scheme and host all the same, in lower case.
 */
export function originOf({ protocol, host, origin }: URL): string {
  return /^https?:$/.test(protocol) ? origin : `${protocol}//${host.toLowerCase()}`;
}

/** `undefined` for what is not exactly one origin. */
function parseOrigin(text: string): string | undefined {
  if (!URL.canParse(text) || text.includes('*')) return undefined;
  const url = new URL(text);
  const isExact = /^https?:$/.test(url.protocol)
    ? // Without what the standard leaves out or writes otherwise: capitals, the default port, other alphabets.
      /^https?:\/\/[^/?#@\\]+$/i.test(text)
    : SCHEME_AND_HOST.test(text) && !NEVER_AN_ORIGIN.test(text);
  return isExact ? originOf(url) : undefined;
}
