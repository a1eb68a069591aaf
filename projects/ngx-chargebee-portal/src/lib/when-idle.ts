/** Runs a task when the page has loaded and the browser has nothing else to do; not any more once aborted. */
export function whenIdle(task: () => void, life: AbortController): void {
  const idle = () =>
    // Safari has no idle callbacks.
    ((window as Partial<Window>).requestIdleCallback ?? setTimeout)(() => {
      if (!life.signal.aborted) task();
    });
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle, life);
}
