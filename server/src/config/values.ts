import { isIP } from 'node:net';
import { z } from 'zod';

/** Whether a host name is this machine itself, the only one that plain http may be spoken to. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** A whole number in a range, both ends included. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine(
      (value) => value >= least && value <= most,
      `must be a whole number from ${least} to ${most}`,
    );

export const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((text) => text === 'true');

/** An absolute URL that is https, or http to this machine, and carries no user name or password. */
export const secureUrl = z
  .string()
  .refine((text) => URL.canParse(text), 'must be an absolute URL')
  .transform((text) => new URL(text))
  .refine(
    ({ protocol, hostname }) =>
      protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)),
    'must be https (plain http only to this machine)',
  )
  .refine(
    ({ username, password }) => !username && !password,
    'must not carry a user name or password',
  );

/** As `secureUrl`, with nothing after the host and port. */
export const secureOrigin = secureUrl.refine(
  ({ pathname, search, hash }) => pathname === '/' && !search && !hash,
  'must be an origin alone, with no path',
);

/** The URL of a Redis, with at most the number of a database after the host and port; as it is, for ioredis. */
export const redisUrl = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    context.addIssue('must be a redis:// or rediss:// URL');
  } else if (!/^(\/\d*)?$/.test(url.pathname)) {
    context.addIssue('must have nothing but the number of a database after the host and port');
  }
});

/** A comma-separated list of exact http or https origins. */
export const origins = z.string().transform((text, context) =>
  splitList(text).map((item) => {
    const url = URL.canParse(item) ? new URL(item) : undefined;
    const isExact = url && /^https?:$/.test(url.protocol) && url.origin === item.replace(/\/$/, '');
    if (!isExact || item.includes('*')) {
      context.addIssue(
        'must list exact origins such as https://app.example.com, separated by commas',
      );
      return '';
    }
    return url.origin;
  }),
);

/**
 * Which proxies to believe about the caller's address: how many stand in front, or their addresses. Believing
 * any, as `true` would, lets callers forge their address.
 */
export const trustedProxies = z.string().transform((text, context): false | number | string[] => {
  if (text === 'false') return false;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const list = splitList(text);
  if (!list.every(isAddressRange)) {
    context.addIssue(
      'must be false, the number of proxies in front, or their addresses, ranges such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
    );
  }
  return list;
});

/** A PEM text; line breaks may be written as `\n`, as they often are in a variable. */
export const pem = z.string().transform((text) => text.replaceAll('\\n', '\n'));

export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

function isAddressRange(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}
