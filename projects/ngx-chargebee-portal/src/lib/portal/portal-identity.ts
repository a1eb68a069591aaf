import type { Signal } from '@angular/core';
import type { Observable } from 'rxjs';

/** The id of the signed-in user. Everybody needs a different one. `null` or `undefined`: nobody is signed in. */
export type PortalIdentity = string | number | null | undefined;

/**
 * Where the id of the signed-in user comes from: a signal or an observable, which also report changes, or the id itself.
 */
export type PortalIdentitySource =
  PortalIdentity | Signal<PortalIdentity> | (() => PortalIdentity) | Observable<PortalIdentity>;
