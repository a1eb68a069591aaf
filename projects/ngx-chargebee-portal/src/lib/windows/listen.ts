interface PageEvents extends WindowEventMap {
  /** Dispatched on the document, whose events a capturing listener of the window gets too. */
  visibilitychange: Event;
}

/** Adds a capturing listener to the window, which runs before other listeners. Returns a function that removes it. */
export function listen<T extends keyof PageEvents>(
  type: T,
  listener: (event: PageEvents[T]) => void,
): () => void {
  // TypeScript does not know that the type decides which event the listener gets.
  addEventListener(type, listener as (event: Event) => void, true);
  return () => removeEventListener(type, listener as (event: Event) => void, true);
}
