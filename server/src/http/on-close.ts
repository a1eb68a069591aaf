/** The part of a socket that reports that it closes. The sockets of adapters for serverless functions may have none of these members. */
export interface ClosingSocket {
  readonly destroyed?: boolean | undefined;
  once?(event: 'close', listener: () => void): unknown;
  off?(event: 'close', listener: () => void): unknown;
}

interface CloseListeners {
  readonly listeners: Set<() => void>;
  /** The one listener on the socket, which calls the others. */
  readonly notifyAll: () => void;
}

const listenersBySocket = new WeakMap<ClosingSocket, CloseListeners>();

/**
 * Calls the listener when a socket closes. Returns a function that removes it. Only one listener is added to the socket itself:
 * batches and WebSockets run many operations at once on one socket, and Node warns about more than ten listeners.
 *
 * @param listener must not be registered already
 */
export function onClose(socket: ClosingSocket, listener: () => void): () => void {
  const closeListeners = listenersBySocket.get(socket) ?? listenTo(socket);
  const { listeners, notifyAll } = closeListeners;
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    socket.off?.('close', notifyAll);
    // The socket may have emitted `close` and have new listeners since.
    if (listenersBySocket.get(socket) === closeListeners) listenersBySocket.delete(socket);
  };
}

function listenTo(socket: ClosingSocket): CloseListeners {
  const listeners = new Set<() => void>();
  const notifyAll = (): void => {
    listenersBySocket.delete(socket);
    for (const listener of [...listeners]) listener();
  };
  const closeListeners = { listeners, notifyAll };
  listenersBySocket.set(socket, closeListeners);
  socket.once?.('close', notifyAll);
  return closeListeners;
}
