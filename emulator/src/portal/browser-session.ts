import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../store/store.js';
import { readLogin, setLogin } from './login-cookie.js';

/** Opens the session of a token in this browser, and ends the browser's previous one. */
export function openSession(
  request: FastifyRequest,
  reply: FastifyReply,
  store: Store,
  { token, login }: { token: string; login: string },
) {
  const { session, loginKey } = store.portalSessions.authenticate(token, request.ip);
  const previous = readLogin(request);
  if (previous) endSession(store, previous.key, request.ip);
  setLogin(reply, { key: loginKey, name: login });
  return session;
}

/** Logs out the session that a login key belongs to, if there is one. */
export function endSession(store: Store, loginKey: string, ip: string) {
  const session = store.portalSessions.byLoginKey(loginKey);
  return session && store.portalSessions.logout(session.id, ip);
}
