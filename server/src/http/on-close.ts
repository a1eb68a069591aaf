/** The part of a socket that emits `close`. The sockets of adapters for serverless functions may not have these methods. */
export interface ClosingSocket {
  once?(event: 'close', listener: () => void): unknown;
  off?(event: 'close', listener: () => void): unknown;
}

interface Waiting {
  readonly listeners: Set<() => void>;
  readonly onClose: () => void;
}

const waitingOn = new WeakMap<ClosingSocket, Waiting>();

/**
 * Calls the listener when a socket closes. Returns a function that removes it. Only one listener is added to the socket itself:
 * batches and WebSockets run many operations at once on one socket, and Node warns about more than ten listeners.
 *
 * @param listener must not be registered already
 */
export function onClose(socket: ClosingSocket, listener: () => void): () => void {
  const waiting = waitingOn.get(socket) ?? listenTo(socket);
  waiting.listeners.add(listener);
  return () => {
    waiting.listeners.delete(listener);
    if (waiting.listeners.size > 0) return;
    socket.off?.('close', waiting.onClose);
    if (waitingOn.get(socket) === waiting) waitingOn.delete(socket);
  };
}

function listenTo(socket: ClosingSocket): Waiting {
  const listeners = new Set<() => void>();
  const onClose = (): void => {
    waitingOn.delete(socket);
    for (const listener of [...listeners]) listener();
  };
  const waiting = { listeners, onClose };
  waitingOn.set(socket, waiting);
  socket.once?.('close', onClose);
  return waiting;
}
