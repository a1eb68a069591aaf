/** Adds a capturing listener to the window, which runs before other listeners. Returns a function that removes it. */
export function listen<T extends keyof WindowEventMap>(
  type: T,
  listener: (event: WindowEventMap[T]) => void,
): () => void {
  addEventListener(type, listener, true);
  return () => removeEventListener(type, listener, true);
}
