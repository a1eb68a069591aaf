/** The selector of the iframe in which chargebee.js shows the portal. */
export const PORTAL_FRAME = 'iframe#cb-frame, iframe[name="cb-frame"]';

/** Returns the portal's iframe if it is in the page, and whether it is visible. */
export function findPortalFrame(): { frame: HTMLIFrameElement; isVisible: boolean } | undefined {
  const frame = document.querySelector<HTMLIFrameElement>(PORTAL_FRAME);
  if (!frame) return undefined;
  const isVisible =
    frame.getClientRects().length > 0 && getComputedStyle(frame).visibility !== 'hidden';
  return { frame, isVisible };
}
