import type { PortalConfig } from 'ngx-chargebee-portal';

/** What differs between the places the app runs in. */
export interface RuntimeConfig {
  /** The Chargebee site. */
  readonly site: string;
  /** Where Chargebee is: the emulator's origin. */
  readonly chargebeeUrl: string;
  /** The GraphQL endpoint of the backend. */
  readonly graphqlUrl: string;
  /** How the portal is shown, where that is not the library's default. */
  readonly portal?: Pick<PortalConfig, 'enableRedirectMode' | 'iframeOnly' | 'locale'>;
}

let loaded: RuntimeConfig | undefined;

/** Fetches config.json, which lies beside the app. */
export async function loadRuntimeConfig(): Promise<void> {
  const response = await fetch('config.json');
  if (!response.ok) throw new Error(`config.json: status ${response.status}`);
  loaded = (await response.json()) as RuntimeConfig;
}

/** The configuration. Throws before it has been loaded. */
export function runtimeConfig(): RuntimeConfig {
  if (!loaded) throw new Error('The configuration is not loaded yet.');
  return loaded;
}
