import type { PortalConfig } from 'ngx-chargebee-portal';

/** The configuration that differs between environments. */
export interface RuntimeConfig {
  /** The Chargebee site. */
  readonly site: string;
  /** The origin of the emulator, which replaces Chargebee. */
  readonly chargebeeUrl: string;
  /** The GraphQL endpoint of the backend. */
  readonly graphqlUrl: string;
  /** Options of the library that tests change. */
  readonly portal?: Pick<PortalConfig, 'enableRedirectMode' | 'iframeOnly' | 'locale'>;
}

let loaded: RuntimeConfig | undefined;

/** Fetches config.json from the app's own server. */
export async function loadRuntimeConfig(): Promise<void> {
  const response = await fetch('config.json');
  if (!response.ok) throw new Error(`config.json: status ${response.status}`);
  loaded = (await response.json()) as RuntimeConfig;
}

/** Returns the configuration. Throws if it has not been loaded yet. */
export function runtimeConfig(): RuntimeConfig {
  if (!loaded) throw new Error('The configuration is not loaded yet.');
  return loaded;
}
