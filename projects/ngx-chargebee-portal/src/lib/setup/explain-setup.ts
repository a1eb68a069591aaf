// Messages for mistakes in the set-up. Only development builds contain this file.
import type { PortalConfig } from './portal-config';
import type { PortalFeatureKind } from './portal-feature';

const FEATURES: Record<PortalFeatureKind, string> = {
  backend: 'one backend: withGraphql(), withRest(), withApollo() or withBackend()',
  identity: 'withIdentity() once',
  scriptUrl: 'withScriptUrl() once',
  preload: 'withPreload() once',
  events: 'withPortalEvents()',
};

/** Returns the message for a wrong setting: the mistake, and the correct form. */
export function explainConfig(setting: keyof PortalConfig, config: PortalConfig): string {
  const value = config?.[setting];
  const prefix = `provideChargebeePortal(): ${setting} is ${JSON.stringify(value)}`;
  switch (setting) {
    case 'domain':
      return `${prefix}, which is not an https origin. Write it as "https://billing.example.com", without a path.`;
    case 'redirectUrl':
      return `${prefix}, which is not an absolute http(s) URL of at most 250 characters.`;
    default:
      return `${prefix}, which is not the name of a Chargebee site. ${adviceAboutSite(config)}`;
  }
}

/** Returns the message for a feature that is missing, or given more than once. */
export function explainFeatures(kind: PortalFeatureKind, kinds: PortalFeatureKind[]): string {
  return `provideChargebeePortal() needs ${FEATURES[kind]}. There ${kinds.includes(kind) ? 'are several' : 'is none'}.`;
}

function adviceAboutSite(config: unknown): string {
  if (!config || typeof config !== 'object')
    return 'Pass an object, such as { site: "acme-test" }.';
  if ('then' in config || 'subscribe' in config) {
    return (
      'The factory returned a promise or an observable. Load the configuration before the portal is opened, for ' +
      'example with provideAppInitializer(), and return it from the factory.'
    );
  }
  const { site } = config as Partial<PortalConfig>;
  const [, name] = /^(?:https?:\/\/)?([a-z\d][a-z\d-]*)(?:$|\.chargebee)/i.exec(site ?? '') ?? [];
  return `Write "${name?.toLowerCase() ?? 'acme-test'}" for https://${name?.toLowerCase() ?? 'acme-test'}.chargebee.com.`;
}
