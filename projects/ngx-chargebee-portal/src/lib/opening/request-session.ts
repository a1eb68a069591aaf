import type { NgZone } from '@angular/core';
import { askBackend } from '../backends/ask-backend';
import type { PortalResource } from '../backends/portal-backend';
import type { PortalError } from '../portal/portal-error';
import type { PortalKey } from '../sessions/portal-key';
import type { SessionSource } from '../sessions/session-cache';
import type { PortalSetup } from '../setup/portal-setup';
import { createRequest, isForwardUrlRefused } from './create-request';

/**
 * Requests a session or a page from the backend. If the backend does not allow the forward URL, repeats the request without
 * it, and the portal opens at its home page instead of the section.
 */
export async function requestSession<T extends PortalResource>(
  setup: PortalSetup,
  zone: NgZone,
  source: SessionSource<T>,
  key: PortalKey,
  forwardUrl: string | undefined,
): Promise<T> {
  const send = (url: string | undefined): Promise<T> => {
    const request = createRequest(setup.config, key.customerId, url);
    return askBackend(
      () => zone.run(() => source.request(setup.backend, request)),
      (resource) => resource && source.isValid(resource, key),
    );
  };
  try {
    return await send(forwardUrl);
  } catch (error) {
    if (!forwardUrl || !isForwardUrlRefused(error as PortalError)) throw error;
    return send(undefined);
  }
}
