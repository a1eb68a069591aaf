import { BlockList, isIP } from 'node:net';

/** Splits the value of `NO_PROXY` into its entries. */
export function noProxyEntries(noProxy: string): string[] {
  return noProxy.split(/[\s,]+/).filter(Boolean);
}

/** Returns the value of `NO_PROXY`, or a part of it, for the operator. Nothing is shown if it may have a password in it. */
export function redactNoProxy(noProxy: string, part = noProxy): string {
  return noProxy.includes('@') ? '[redacted]' : part;
}

/** Returns whether an entry is an address or a range, such as `fd00::1` or `10.0.0.0/8`. */
export function isAddressEntry(entry: string): boolean {
  return rangeOf(entry) !== undefined;
}

/**
 * Returns whether a URL's host is an address that matches an address or range of `NO_PROXY`. undici compares only texts, and
 * misreads the end of an IPv6 address as a port. As in curl and Go, host names are not resolved.
 */
export function matchesAddressEntry(hostname: string, noProxy: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = familyOf(address);
  if (!family) return false;
  const ranges = new BlockList();
  for (const entry of noProxyEntries(noProxy)) {
    const range = rangeOf(entry);
    if (range) ranges.addSubnet(range.network, range.bits, range.family);
  }
  return ranges.check(address, family);
}

function rangeOf(entry: string) {
  const [network = '', bits, ...rest] = entry.replace(/^\[(.*)\]$/, '$1').split('/');
  const family = familyOf(network);
  if (!family || rest.length > 0) return undefined;
  const maxBits = family === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { network, bits: maxBits, family } as const;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= maxBits
    ? ({ network, bits: Number(bits), family } as const)
    : undefined;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const family = isIP(address);
  return family === 0 ? undefined : `ipv${family as 4 | 6}`;
}
