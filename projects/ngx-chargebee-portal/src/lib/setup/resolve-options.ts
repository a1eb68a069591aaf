import { PortalError } from '../portal/portal-error';

declare const ngDevMode: unknown;

/**
 * Options given as a value or as a function that returns it. Throws `NOT_CONFIGURED`, naming the feature, when there is
 * no URL among them: the application's own configuration may not have been loaded yet.
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
      ? `${feature}(): url is ${JSON.stringify(resolved?.url)}; set it to the URL of your backend, such as "/graphql".`
      : undefined,
    { argument: feature },
  );
}
