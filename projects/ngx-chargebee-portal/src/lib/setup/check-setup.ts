import { inject } from '@angular/core';
import { PortalError } from '../portal/portal-error';
import { explainConfig, explainFeatures } from './explain-setup';
import type { PortalConfig } from './portal-config';
import type { PortalFeature, PortalFeatureKind } from './portal-feature';
import { PORTAL_LISTENERS } from './tokens';

declare const ngDevMode: unknown;

// http is accepted only for localhost, where the emulator runs.
const ORIGIN = /^(https:\/\/[^/?#@]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)$/;
const SITE = /^[a-z\d][a-z\d-]*$/;
const REDIRECT_URL = /^https?:\/\/.{1,242}$/;

/** Checks the configuration. @throws PortalError `NOT_CONFIGURED`, with the wrong setting as `argument` */
export function checkConfig(config: PortalConfig): void {
  const setting = wrongSetting(config);
  if (!setting) return;
  throw new PortalError(
    'NOT_CONFIGURED',
    typeof ngDevMode === 'undefined' || ngDevMode ? explainConfig(setting, config) : undefined,
    { argument: setting },
  );
}

/**
 * Checks that there is one backend, and at most one feature of each kind but `events`.
 *
 * @throws PortalError `NOT_CONFIGURED`, with the kind as `argument`
 */
export function checkFeatures(features: readonly PortalFeature[]): void {
  const kinds = features.map(({ ɵkind }) => ɵkind);
  const kind = wrongKind(kinds);
  if (!kind) return;
  throw new PortalError(
    'NOT_CONFIGURED',
    typeof ngDevMode === 'undefined' || ngDevMode ? explainFeatures(kind, kinds) : undefined,
    { argument: kind },
  );
}

/** Warns if there is no identity: the portal works, but can show a user the portal of another one. For development. */
export function warnAboutFeatures(features: readonly PortalFeature[]): void {
  if (features.some(({ ɵkind }) => ɵkind === 'identity')) return;
  console.warn(
    'ngx-chargebee-portal does not know who is signed in, so the next user of a page can see the portal of the last ' +
      'one. Add withIdentity(() => …) to provideChargebeePortal().',
  );
}

/** Warns if an injector has several set-ups, of which only the last one is used. For development. */
export function warnAboutSeveralSetups(): void {
  // Each call of provideChargebeePortal() adds one `undefined`.
  if (inject(PORTAL_LISTENERS).filter((listener) => !listener).length < 2) return;
  console.warn(
    'provideChargebeePortal() or ChargebeePortalModule.forRoot() is called several times for the same injector: only the ' +
      'site, the backend and the identity of the last call are used. Keep one call for the application, and one for ' +
      'each route with a portal of its own.',
  );
}

function wrongSetting(config: PortalConfig | undefined): keyof PortalConfig | undefined {
  const { site, domain, redirectUrl } = config ?? {};
  if (typeof site !== 'string' || !SITE.test(site)) return 'site';
  if (domain && !ORIGIN.test(domain)) return 'domain';
  if (redirectUrl && !REDIRECT_URL.test(redirectUrl)) return 'redirectUrl';
  return undefined;
}

function wrongKind(kinds: PortalFeatureKind[]): PortalFeatureKind | undefined {
  if (!kinds.includes('backend')) return 'backend';
  return kinds.find((kind, i) => kind !== 'events' && kinds.indexOf(kind) < i);
}
