import type { PortalListener } from '../portal/portal-listener';
import { createFeature, type PortalFeature } from './portal-feature';
import { createListener } from './portal-listeners';
import { PORTAL_LISTENERS } from './tokens';

/**
 * Listens to every event of the portal, whether a directive or the service has opened it, and to every error of the service
 * that the same `provideChargebeePortal` provides. Use it to reload data, to track events, or to report errors in one place.
 * You can add this feature several times.
 *
 * ```ts
 * withPortalEvents(() => {
 *   const toasts = inject(Toasts);
 *   return {
 *     onError: (error, { buttonDestroyed }) => {
 *       if (buttonDestroyed) toasts.show(error.code);
 *     },
 *   };
 * })
 * ```
 *
 * @param factory Creates the listener. Runs once, in an injection context, before the first event or error.
 */
export function withPortalEvents(factory: () => PortalListener): PortalFeature<'events'> {
  return createFeature('events', {
    provide: PORTAL_LISTENERS,
    multi: true,
    useFactory: () => createListener(factory),
  });
}
