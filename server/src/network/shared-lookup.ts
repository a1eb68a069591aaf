import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { lookupKey } from './lookup-key.js';

/** How long connections join the look-up in flight. After that, a second one is started, as a packet of the first may be lost. */
const JOIN_WITHIN_MS = 1000;
/** The maximum number of concurrent look-ups of a host: half of Node's four threads, which file access needs, too. */
const MAX_IN_FLIGHT = 2;

/** The look-ups of one host, and the callbacks of the connections that wait for them. */
interface Host {
  waiting: Parameters<LookupFunction>[2][];
  inFlight: number;
  latestAt: number;
}

/**
 * Creates a look-up of host names for sockets, in which connections to the same host share the look-up in flight. Otherwise,
 * during an outage of DNS, each connection would start its own look-up, and after it new ones would wait until all of them have
 * timed out.
 */
export function createSharedLookup(lookUp: LookupFunction = systemLookup): LookupFunction {
  const hosts = new Map<string, Host>();

  return (hostname, options, answer) => {
    const key = lookupKey(hostname, options);
    const host: Host = hosts.get(key) ?? { waiting: [], inFlight: 0, latestAt: -Infinity };
    hosts.set(key, host);
    host.waiting.push(answer);
    const joins = performance.now() < host.latestAt + JOIN_WITHIN_MS;
    if (host.inFlight > 0 && (joins || host.inFlight >= MAX_IN_FLIGHT)) return;
    host.inFlight += 1;
    host.latestAt = performance.now();
    lookUp(hostname, options, (error, address, family) => {
      host.inFlight -= 1;
      if (host.inFlight === 0) hosts.delete(key);
      // The other look-up may still succeed.
      else if (error) return;
      // Later connections must not join the other look-up, which is still pending.
      host.latestAt = -Infinity;
      for (const callback of host.waiting.splice(0)) callback(error, address, family);
    });
  };
}
