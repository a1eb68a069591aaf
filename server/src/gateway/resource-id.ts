/** How Chargebee writes the ids of sessions and pages, no longer than in its OpenAPI specification. */
export const RESOURCE_ID = /^[A-Za-z0-9_-]{1,70}$/;

/** Whether an id can be that of a session or a page. Anything else would reach another path of Chargebee's API. */
export function isResourceId(id: string): boolean {
  return RESOURCE_ID.test(id);
}
