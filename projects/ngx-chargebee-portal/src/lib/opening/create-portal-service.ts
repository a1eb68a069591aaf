import { isPlatformServer } from '@angular/common';
import { inject, PLATFORM_ID } from '@angular/core';
import type { ChargebeePortalService } from '../portal/portal-service';
import { BrowserPortalService } from './browser-portal-service';
import { ServerPortalService } from './server-portal-service';

/** Set to `false` by the Angular CLI in bundles for browsers, which then do not contain the code for the server. */
declare const ngServerMode: boolean | undefined;

/** Creates the service for the browser or the server. Requires an injection context. */
export function createPortalService(): ChargebeePortalService {
  if (typeof ngServerMode === 'undefined' || ngServerMode) {
    if (isPlatformServer(inject(PLATFORM_ID))) return new ServerPortalService();
  }
  return new BrowserPortalService();
}
