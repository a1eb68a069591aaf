import type { RuntimeConfig } from './app/runtime-config';

/** Reads the demo's configuration from environment variables. */
export function runtimeConfigFromEnvironment(): RuntimeConfig {
  return {
    site: process.env['DEMO_SITE'] ?? 'acme-test',
    chargebeeUrl: originFromEnvironment('DEMO_CHARGEBEE_URL', 'http://localhost:4010'),
    graphqlUrl: urlFromEnvironment('DEMO_GRAPHQL_URL', 'http://localhost:4000/graphql').href,
    merchantUrl: urlFromEnvironment('DEMO_MERCHANT_URL', 'http://localhost:4020/graphql').href,
  };
}

function originFromEnvironment(name: string, fallback: string): string {
  return urlFromEnvironment(name, fallback).origin;
}

function urlFromEnvironment(name: string, fallback: string): URL {
  const value = process.env[name] ?? fallback;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new Error(`${name} must be an http or https URL, such as ${fallback}; it is "${value}".`);
  }
  return new URL(value);
}
