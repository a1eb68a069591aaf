const phone = /Android|iPhone|iPad|iPod|Mobile|Opera Mini|IEMobile|BlackBerry/i;
const inAppBrowser = /FBAN|FBAV|FB_IAB|Instagram|\bGSA\//i;

/**
 * Whether a browser gets the portal in a new window, as phones do, instead of an iframe. The in-app browsers of Facebook, Instagram and
 * Google count as desktops, for they open no windows.
 */
export function opensWindow(userAgent: string, inAppBrowsersToo: boolean): boolean {
  return phone.test(userAgent) && (inAppBrowsersToo || !inAppBrowser.test(userAgent));
}
