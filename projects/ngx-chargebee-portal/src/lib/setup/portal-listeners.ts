import { DestroyRef, inject, Injector, runInInjectionContext, untracked } from '@angular/core';
import { callSafely } from '../portal/call-safely';
import type { PortalListener } from '../portal/portal-listener';

/**
 * Returns a listener that runs the factory of `withPortalEvents` before the first event or error. If the factory ran now, the
 * services that it injects could not inject the portal. Requires an injection context.
 */
export function createListener(factory: () => PortalListener): Required<PortalListener> {
  const injector = inject(Injector);
  const destroyRef = inject(DestroyRef);
  let isCreated = false;
  let listener: PortalListener | undefined;

  const notify = (call: (listener: PortalListener) => void): void => {
    if (!isCreated && destroyRef.destroyed) return;
    const run = () => {
      if (!isCreated) {
        isCreated = true;
        listener = runInInjectionContext(injector, factory);
      }
      if (listener) call(listener);
    };
    callSafely(() => untracked(run));
  };

  return {
    onEvent: (event) => notify((created) => created.onEvent?.(event)),
    onError: (error, context) => notify((created) => created.onError?.(error, context)),
  };
}
