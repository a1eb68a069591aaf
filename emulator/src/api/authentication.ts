import { ChargebeeError } from '../errors.js';

/**
 * Validates the API key, which is the user name of HTTP Basic authentication with an empty password. Chargebee's SDKs for PHP and Go
 * omit the colon between user name and password, so both forms are accepted.
 * @throws ChargebeeError 401
 */
export function checkApiKey(authorization: string | undefined, apiKey: string): void {
  const encoded = /^basic +([a-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (authorization !== undefined && encoded === undefined) {
    throw new ChargebeeError(
      401,
      'untyped',
      'basic_authentication_failed',
      'Send the API key as the user name of HTTP Basic authentication, with an empty password.',
    );
  }
  const credentials = Buffer.from(encoded ?? '', 'base64').toString();
  if (credentials !== apiKey && credentials !== `${apiKey}:`) {
    throw new ChargebeeError(
      401,
      'untyped',
      'api_authentication_failed',
      'Sorry, authentication failed. The API key is not one of this site.',
    );
  }
}
