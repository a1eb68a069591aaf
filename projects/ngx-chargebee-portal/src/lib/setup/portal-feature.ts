import type { Provider } from '@angular/core';

/** The kind of a feature. `provideChargebeePortal` accepts one feature of each kind, but any number of `events`. */
export type PortalFeatureKind = 'backend' | 'identity' | 'scriptUrl' | 'preload' | 'events';

/** A feature for `provideChargebeePortal`. Create it with one of the `with…` functions. */
export interface PortalFeature<Kind extends PortalFeatureKind = PortalFeatureKind> {
  readonly ɵkind: Kind;
  readonly ɵproviders: Provider[];
}

/** Creates a feature of a kind from its providers. */
export function createFeature<Kind extends PortalFeatureKind>(
  ɵkind: Kind,
  ...ɵproviders: Provider[]
): PortalFeature<Kind> {
  return { ɵkind, ɵproviders };
}
