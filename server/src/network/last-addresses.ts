import type { LookupFunction } from 'node:net';
import { lookupKey } from './lookup-key.js';

/** How long to wait for a look-up before the last addresses are used, in milliseconds. Less than a call to Chargebee may take. */
const FALLBACK_AFTER_MS = 1000;
/** How long addresses can be used as a fallback, in milliseconds: longer than most outages of DNS. */
const USABLE_FOR_MS = 60 * 60_000;
/** The error code for a name server that fails or does not respond. An unknown name has another code. */
const TEMPORARY_FAILURE = 'EAI_AGAIN';

type Answer = Parameters<LookupFunction>[2];

/** The addresses of the last successful look-up of a host. */
interface Known {
  address: Parameters<Answer>[1];
  family: Parameters<Answer>[2];
  at: number;
}

/**
 * Wraps a look-up of host names for sockets: when it takes long or fails temporarily, it answers with the last addresses of the
 * host. Node resolves only two names at a time, so that two names whose name servers do not respond, such as that of Redis, would
 * otherwise block the look-ups of all other hosts.
 */
export function withLastAddresses(lookUp: LookupFunction): LookupFunction {
  const lastOf = new Map<string, Known>();

  return (hostname, options, answer) => {
    const key = lookupKey(hostname, options);
    let isAnswered = false;
    const answerOnce: Answer = (error, address, family) => {
      if (isAnswered) return;
      isAnswered = true;
      clearTimeout(timer);
      answer(error, address, family);
    };
    const last = lastOf.get(key);
    const isUsable = last !== undefined && performance.now() < last.at + USABLE_FOR_MS;
    const fallBack = isUsable ? () => answerOnce(null, last.address, last.family) : undefined;
    const timer = fallBack && setTimeout(fallBack, FALLBACK_AFTER_MS);
    lookUp(hostname, options, (error, address, family) => {
      if (!error) lastOf.set(key, { address, family, at: performance.now() });
      if (error?.code === TEMPORARY_FAILURE && fallBack) fallBack();
      else answerOnce(error, address, family);
    });
  };
}
