import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { PortalError } from '../errors.js';
import { reportAuthenticationError } from '../observability/authentication-errors.js';
import { addressOf } from '../network/address.js';
import { shortenUserAgent, type Caller } from '../portal/request.js';
import { ownOrigins } from './own-origins.js';
import type { PortalRoutesOptions } from './portal-routes-options.js';

/** Creates a hook that authenticates the user of a request before its body is read, and rejects unauthenticated requests. */
export function authenticated({
  authenticate,
  metrics,
  rejectionLog,
}: PortalRoutesOptions): onRequestAsyncHookHandler {
  return async (request) => {
    try {
      request.user = await authenticate(request.raw);
    } catch (error) {
      const { id: requestId } = request;
      const ip = addressOf(request.ip);
      const userAgent = shortenUserAgent(request.headers['user-agent']);
      reportAuthenticationError(error, rejectionLog, metrics, { requestId, ip, userAgent });
      throw error;
    }
  };
}

/** Returns the caller of an authenticated request. */
export function callerOf(request: FastifyRequest, reply: FastifyReply): Caller {
  const { user, id, receivedAt, headers, raw } = request;
  if (!user) throw new PortalError('UNAUTHENTICATED', 'Sign in and try again.');
  return {
    user,
    request: {
      id,
      receivedAt,
      ip: addressOf(request.ip),
      device: headers['user-agent'],
      ownOrigins: () => ownOrigins(request),
      onDisconnect(listener) {
        const onClose = () => {
          // Not `writableFinished`, which is also true for a cancelled response of HTTP/2.
          if (!reply.raw.writableEnded) listener();
        };
        if (raw.destroyed && !raw.complete) listener();
        reply.raw.once('close', onClose);
        return () => reply.raw.off('close', onClose);
      },
    },
  };
}
