import { InjectionToken } from '@angular/core';

/** What differs between the places the demo runs in; the server reads it from its environment. */
export interface RuntimeConfig {
  /** The Chargebee site. */
  readonly site: string;
  /** Where Chargebee is: the emulator's origin. */
  readonly chargebeeUrl: string;
  /** The GraphQL endpoint with the portal's mutations. */
  readonly graphqlUrl: string;
  /** The GraphQL endpoint of the merchant's own API. */
  readonly merchantUrl: string;
}

export const RUNTIME_CONFIG = new InjectionToken<RuntimeConfig>('RUNTIME_CONFIG');

const elementId = 'runtime-config';

/** Reads the configuration that the server wrote into the page. */
export function readRuntimeConfig(page: Document): RuntimeConfig {
  const text = page.getElementById(elementId)?.textContent;
  if (!text) {
    throw new Error(
      `The page has no configuration in #${elementId}: serve it with the demo's own server.`,
    );
  }
  return JSON.parse(text) as RuntimeConfig;
}

/** Writes the configuration into the page, for the browser to read before the app starts. */
export function writeRuntimeConfig(page: Document, config: RuntimeConfig): void {
  const element = page.getElementById(elementId);
  // An escaped `<` keeps a value from ending the element.
  if (element) element.textContent = JSON.stringify(config).replaceAll('<', '\\u003c');
}
