/** Listens to an event of the page, before anything else on the page does. Returns a function that stops listening. */
export function listen<T extends keyof WindowEventMap>(
  type: T,
  listener: (event: WindowEventMap[T]) => void,
): () => void {
  addEventListener(type, listener, true);
  return () => removeEventListener(type, listener, true);
}
