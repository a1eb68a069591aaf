import { inject, InjectionToken, Injector, runInInjectionContext, untracked } from '@angular/core';
import type { PortalBackend } from '../backends/portal-backend';
import { PortalError } from '../portal/portal-error';
import type { PortalIdentitySource } from '../portal/portal-identity';
import { checkConfig, checkFeatures } from './check-setup';
import type { PortalConfig } from './portal-config';
import type { PortalFeature } from './portal-feature';
import { BACKEND_FACTORY, IDENTITY_FACTORY, SCRIPT_URL } from './tokens';

declare const ngDevMode: unknown;

/** The arguments of `provideChargebeePortal`. Factories run when their value is first read. */
export interface PortalSetup {
  /** Throws `NOT_CONFIGURED` when the setup cannot work, and tries the factory again on the next read. */
  readonly config: PortalConfig;
  /** Throws `NOT_CONFIGURED` when the backend cannot be created, and tries again on the next read. */
  readonly backend: PortalBackend;
  readonly identitySource: (() => PortalIdentitySource) | undefined;
  readonly scriptUrl: string | undefined;
}

export const PORTAL_SETUP = new InjectionToken<PortalSetup>('portal setup');

/** Creates the setup, from what `provideChargebeePortal` was given. Runs in an injection context. */
export function createPortalSetup(
  config: PortalConfig | (() => PortalConfig),
  features: readonly PortalFeature[],
): PortalSetup {
  const injector = inject(Injector);
  const backendFactory = inject(BACKEND_FACTORY);
  /** Runs a factory of the application's: what it reads is no dependency of a template or an effect. */
  const run = <T>(factory: () => T): T => untracked(() => runInInjectionContext(injector, factory));
  let resolvedConfig: PortalConfig | undefined;
  let backend: PortalBackend | undefined;

  return {
    identitySource: inject(IDENTITY_FACTORY),
    scriptUrl: inject(SCRIPT_URL),
    get config() {
      return (resolvedConfig ??= guard('config', () => {
        checkFeatures(features);
        const value = typeof config === 'function' ? run(config) : config;
        checkConfig(value);
        return value;
      }));
    },
    get backend() {
      return (backend ??= guard('backend', () => run(backendFactory)));
    },
  };
}

/** Runs a factory of the application's. What it throws becomes the cause of `NOT_CONFIGURED`. */
function guard<T>(argument: string, factory: () => T): T {
  try {
    return factory();
  } catch (cause) {
    if (cause instanceof PortalError) throw cause;
    throw new PortalError(
      'NOT_CONFIGURED',
      typeof ngDevMode === 'undefined' || ngDevMode
        ? `provideChargebeePortal(): the factory of the ${argument} failed: ${String(cause)}`
        : undefined,
      { argument, cause },
    );
  }
}
