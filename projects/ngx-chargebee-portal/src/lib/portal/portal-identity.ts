import type { Signal } from '@angular/core';
import type { Observable } from 'rxjs';

/** The id of the signed-in user, unique among your users. `null` or `undefined` if nobody is signed in. */
export type PortalIdentity = string | number | null | undefined;

/**
 * The source of the signed-in user's id: the id itself, a function that returns it, or a signal or an observable. Only signals and
 * observables report changes by themselves.
 */
export type PortalIdentitySource =
  PortalIdentity | Signal<PortalIdentity> | (() => PortalIdentity) | Observable<PortalIdentity>;
