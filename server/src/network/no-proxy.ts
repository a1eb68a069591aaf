import { BlockList, isIP } from 'node:net';

/** The entries of a `NO_PROXY`. */
export function noProxyEntries(noProxy: string): string[] {
  return noProxy.split(/[\s,]+/).filter(Boolean);
}

/** Whether an entry, such as `10.0.0.0/8` or `fd00::1`, is a range of addresses, or a single one. */
export function isAddressEntry(entry: string): boolean {
  return rangeOf(entry) !== undefined;
}

/**
 * Whether a URL's host is an address that an address or range of `NO_PROXY` holds. undici compares texts alone, and takes
 * the end of an IPv6 address for a port. As with curl and Go, no name is looked up for this.
 */
export function isExceptedAddress(hostname: string, noProxy: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = familyOf(address);
  if (!family) return false;
  const excepted = new BlockList();
  for (const entry of noProxyEntries(noProxy)) {
    const range = rangeOf(entry);
    if (range) excepted.addSubnet(range.network, range.bits, range.family);
  }
  return excepted.check(address, family);
}

function rangeOf(entry: string) {
  const [network = '', bits, ...rest] = entry.replace(/^\[(.*)\]$/, '$1').split('/');
  const family = familyOf(network);
  if (!family || rest.length > 0) return undefined;
  const mostBits = family === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { network, bits: mostBits, family } as const;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= mostBits
    ? ({ network, bits: Number(bits), family } as const)
    : undefined;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const family = isIP(address);
  return family === 0 ? undefined : `ipv${family as 4 | 6}`;
}
