import { PortalError } from '../portal/portal-error';

declare const ngDevMode: unknown;

/**
 * Returns options that are given as a value or as a function. They can lack the URL if the application has not loaded its
 * configuration yet.
 *
 * @throws PortalError `NOT_CONFIGURED`, with the feature as `argument`, if there is no URL
 */
export function resolveOptions<T extends { url: string }>(
  feature: string,
  options: T | (() => T),
): T {
  const resolved = typeof options === 'function' ? options() : options;
  if (resolved?.url && typeof resolved.url === 'string') return resolved;
  throw new PortalError(
    'NOT_CONFIGURED',
    typeof ngDevMode === 'undefined' || ngDevMode
      ? `${feature}(): url is ${JSON.stringify(resolved?.url)}; set it to the URL of your backend.`
      : undefined,
    { argument: feature },
  );
}
