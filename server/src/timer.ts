/**
 * Calls a function after this many milliseconds. If this process was blocked or suspended meanwhile, the answers that have arrived
 * are read before: timers run first, and would give up on them. Returns a function that stops the timer.
 */
export function startTimer(milliseconds: number, onTimeout: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(onTimeout);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}
