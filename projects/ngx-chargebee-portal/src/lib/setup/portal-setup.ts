import { inject, InjectionToken, Injector, runInInjectionContext, untracked } from '@angular/core';
import type { PortalBackend } from '../backends/portal-backend';
import { PortalError } from '../portal/portal-error';
import type { PortalIdentitySource } from '../portal/portal-identity';
import { checkConfig, checkFeatures, warnAboutSeveralSetups } from './check-setup';
import type { PortalConfig } from './portal-config';
import type { PortalFeature } from './portal-feature';
import { BACKEND_FACTORY, IDENTITY_FACTORY, SCRIPT_URL } from './tokens';

declare const ngDevMode: unknown;

/** The arguments of `provideChargebeePortal`. A factory among them runs when its value is first read. */
export interface PortalSetup {
  /** Throws `NOT_CONFIGURED` if the configuration or a feature is wrong. The next read runs the factory again then. */
  readonly config: PortalConfig;
  /** Throws `NOT_CONFIGURED` if the factory fails. The next read runs it again then. */
  readonly backend: PortalBackend;
  readonly identitySource: (() => PortalIdentitySource) | undefined;
  readonly scriptUrl: string | undefined;
}

export const PORTAL_SETUP = new InjectionToken<PortalSetup>('portal setup');

/** Creates the setup from the arguments of `provideChargebeePortal`. Requires an injection context. */
export function createPortalSetup(
  config: PortalConfig | (() => PortalConfig),
  features: readonly PortalFeature[],
): PortalSetup {
  if (typeof ngDevMode === 'undefined' || ngDevMode) warnAboutSeveralSetups();
  const injector = inject(Injector);
  const backendFactory = inject(BACKEND_FACTORY);
  /** Runs a factory. The signals that it reads do not become dependencies of the template or effect that opens the portal. */
  const run = <T>(factory: () => T): T => untracked(() => runInInjectionContext(injector, factory));
  let resolvedConfig: PortalConfig | undefined;
  let backend: PortalBackend | undefined;

  return {
    identitySource: inject(IDENTITY_FACTORY),
    scriptUrl: inject(SCRIPT_URL),
    get config() {
      return (resolvedConfig ??= wrapErrors('config', () => {
        checkFeatures(features);
        const value = typeof config === 'function' ? run(config) : config;
        checkConfig(value);
        return value;
      }));
    },
    get backend() {
      return (backend ??= wrapErrors('backend', () => run(backendFactory)));
    },
  };
}

/** Runs a factory. @throws PortalError `NOT_CONFIGURED`, with the error of the factory as `cause` */
function wrapErrors<T>(argument: string, factory: () => T): T {
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
