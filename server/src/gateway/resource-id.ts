/** The format of session and page ids. The maximum length is that of Chargebee's OpenAPI specification. */
export const RESOURCE_ID = /^[A-Za-z0-9_-]{1,70}$/;

/** Returns whether an id can be that of a session or page. Other ids could call another path of Chargebee's API. */
export function isResourceId(id: string): boolean {
  return RESOURCE_ID.test(id);
}
