import { AsyncLocalStorage } from 'node:async_hooks';
import { parseHostName, toUrlHost } from './guard/hosts.js';

const current = new AsyncLocalStorage<string>();

/** Runs `action` with the `Host` header of the current request, for `requestOrigin`. */
export const withRequestHost = <T>(header: string, action: () => T): T =>
  current.run(toOrigin(header), action);

/** Returns the origin that the current request was sent to. Its port differs from the emulator's when a container's port is mapped. */
export const requestOrigin = (): string | undefined => current.getStore();

function toOrigin(header: string): string {
  const port = /:\d+$/.exec(header)?.[0] ?? '';
  return `http://${toUrlHost(parseHostName(header))}${port}`;
}
