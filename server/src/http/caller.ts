import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { PortalError } from '../errors.js';
import type { PortalUser } from '../identity/user.js';
import type { Caller } from '../portal/request.js';

/** Finds out who a request is from before its body is even read; without a user there is nothing to be had. */
export function authenticated(
  authenticate: (request: IncomingMessage) => Promise<PortalUser>,
): onRequestAsyncHookHandler {
  return async (request) => {
    request.user = await authenticate(request.raw);
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
