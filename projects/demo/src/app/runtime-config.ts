import { InjectionToken } from '@angular/core';

/** The configuration that differs between environments. The server reads it from environment variables. */
export interface RuntimeConfig {
  /** The Chargebee site. */
  readonly site: string;
  /** The origin of the emulator, which replaces Chargebee. */
  readonly chargebeeUrl: string;
  /** The GraphQL endpoint with the portal's mutations. */
  readonly graphqlUrl: string;
  /** The GraphQL endpoint of the merchant's own API. */
  readonly merchantUrl: string;
}

export const RUNTIME_CONFIG = new InjectionToken<RuntimeConfig>('RUNTIME_CONFIG');

const elementId = 'runtime-config';

/** Reads the configuration that the server has written into the page. */
export function readRuntimeConfig(page: Document): RuntimeConfig {
  const text = page.getElementById(elementId)?.textContent;
  if (!text) {
    throw new Error(
      `The page has no configuration in #${elementId}: serve it with the demo's own server.`,
    );
  }
  return JSON.parse(text) as RuntimeConfig;
}

/** Writes the configuration into the page, where the browser reads it when the app starts. */
export function writeRuntimeConfig(page: Document, config: RuntimeConfig): void {
  const element = page.getElementById(elementId);
  // Escape `<`, so that `</script>` in a value does not end the element.
  if (element) element.textContent = JSON.stringify(config).replaceAll('<', '\\u003c');
}
