/** Runs a task when the page has loaded and the browser has nothing else to do; not any more once aborted. */
export function whenIdle(task: () => void, signal: AbortSignal): void {
  const run = () => {
    if (!signal.aborted) task();
  };
  // Safari has no idle callbacks.
  const idle = () => ((window as Partial<Window>).requestIdleCallback ?? setTimeout)(run);
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle, { once: true, signal });
}
