import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { PortalError } from '../errors.js';
import { Refusal } from '../identity/refusal.js';
import type { Caller } from '../portal/request.js';
import type { PortalRoutesOptions } from './portal-routes.js';

/** Finds out who a request is from before its body is even read; without a user there is nothing to be had. */
export function authenticated({
  authenticate,
  metrics,
}: PortalRoutesOptions): onRequestAsyncHookHandler {
  return async (request) => {
    try {
      request.user = await authenticate(request.raw);
    } catch (error) {
      if (error instanceof PortalError) {
        if (error.cause instanceof Refusal) {
          const { reason, code, claim } = error.cause;
          metrics.countRefusal(reason);
          request.log.info({ reason, code, claim }, 'the caller was refused');
        } else {
          request.log.warn({ err: error.cause }, 'it cannot be found out who the caller is');
        }
      }
      throw error;
    }
  };
}

/** The caller of an authenticated request. */
export function callerOf(request: FastifyRequest, reply: FastifyReply): Caller {
  const { user, id, receivedAt, ip, headers, raw } = request;
  if (!user) throw new PortalError('UNAUTHENTICATED', 'Sign in and try again.');
  return {
    user,
    request: {
      id,
      receivedAt,
      ip,
      device: headers['user-agent'],
      onGone(listener) {
        const onClose = () => {
          if (!reply.raw.writableFinished) listener();
        };
        if (raw.destroyed && !raw.complete) listener();
        reply.raw.once('close', onClose);
        return () => reply.raw.off('close', onClose);
      },
    },
  };
}
