import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** How long connections join the look-up in flight. Another may find what the first has lost a packet of. */
const JOIN_WITHIN_MS = 1000;
/** The most look-ups of one host at once: of the four threads that Node's file access needs too, two do look-ups. */
const MOST_IN_FLIGHT = 2;

/** The look-ups of one host, and the connections that wait for them. */
interface Host {
  waiting: Parameters<LookupFunction>[2][];
  inFlight: number;
  latestAt: number;
}

/**
 * A look-up of host names for sockets. Connections to one host share the look-up in flight. While DNS hangs, each would
 * else have one of its own, and after the outage new ones would wait until the system has given up all of them.
 */
export function createSharedLookup(lookUp: LookupFunction = systemLookup): LookupFunction {
  const hosts = new Map<string, Host>();

  return (hostname, options, answer) => {
    const key = JSON.stringify([hostname, options.family, options.hints, options.all]);
    const host: Host = hosts.get(key) ?? { waiting: [], inFlight: 0, latestAt: -Infinity };
    hosts.set(key, host);
    host.waiting.push(answer);
    const joins = performance.now() < host.latestAt + JOIN_WITHIN_MS;
    if (host.inFlight > 0 && (joins || host.inFlight >= MOST_IN_FLIGHT)) return;
    host.inFlight += 1;
    host.latestAt = performance.now();
    lookUp(hostname, options, (error, address, family) => {
      host.inFlight -= 1;
      if (host.inFlight === 0) hosts.delete(key);
      // The other one may still succeed.
      else if (error) return;
      // Those who come now do not join the one that hangs.
      host.latestAt = -Infinity;
      for (const wait of host.waiting.splice(0)) wait(error, address, family);
    });
  };
}
