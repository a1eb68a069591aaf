import type { Signal } from '@angular/core';
import type { Observable } from 'rxjs';

/** The id of the signed-in user, unique among your users. `null` or `undefined` if nobody is signed in. */
export type PortalIdentity = string | number | null | undefined;

/**
 * The source of the signed-in user's id: a signal or an observable, which also report changes, a function, or the id itself.
 */
export type PortalIdentitySource =
  PortalIdentity | Signal<PortalIdentity> | (() => PortalIdentity) | Observable<PortalIdentity>;
