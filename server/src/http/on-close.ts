/** The part of a socket that tells of its end. What adapters for serverless functions call a socket tells of none. */
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
 * Calls back when a socket closes; gives a function that stops listening. The socket has one listener, however many
 * operations wait for it: batches and WebSockets run many at once on one socket, and Node warns of more than ten.
 *
 * @param listener one that is not waiting already
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
