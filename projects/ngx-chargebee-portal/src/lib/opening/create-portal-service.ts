import { isPlatformServer } from '@angular/common';
import { inject, PLATFORM_ID } from '@angular/core';
import type { ChargebeePortalService } from '../portal/portal-service';
import { BrowserPortalService } from './browser-portal-service';
import { ServerPortalService } from './server-portal-service';

/** Angular's own: the CLI sets it to `false` in bundles for browsers, which then contain none of the server's code. */
declare const ngServerMode: boolean | undefined;

/** Creates the `ChargebeePortalService`. Runs in an injection context. */
export function createPortalService(): ChargebeePortalService {
  if (typeof ngServerMode === 'undefined' || ngServerMode) {
    if (isPlatformServer(inject(PLATFORM_ID))) return new ServerPortalService();
  }
  return new BrowserPortalService();
}
