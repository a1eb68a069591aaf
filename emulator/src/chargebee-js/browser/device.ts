const phone = /Android|iPhone|iPad|iPod|Mobile|Opera Mini|IEMobile|BlackBerry/i;
const inAppBrowser = /FBAN|FBAV|FB_IAB|Instagram|\bGSA\//i;

/**
 * Returns whether a browser opens the portal in a new window, as phones do, instead of an iframe. The in-app browsers of Facebook,
 * Instagram and Google use the iframe because they cannot open windows.
 */
export function opensWindow(userAgent: string, inAppBrowsersToo: boolean): boolean {
  return phone.test(userAgent) && (inAppBrowsersToo || !inAppBrowser.test(userAgent));
}
