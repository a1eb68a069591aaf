import type { FastifyReply, FastifyRequest } from 'fastify';

/** The contents of the login cookie. */
export interface Login {
  /** The secret id of the login in the store. */
  key: string;
  /** The login id that chargebee.js generated. Empty when the session was opened by its access URL. */
  name: string;
}

const MAX_AGE = 3600;

/**
 * The portal may run in a cross-site iframe, where browsers send only `SameSite=None` cookies. Those must be `Secure`, which most
 * browsers accept from loopback over http. The `Lax` cookie is for the browsers that do not; it works when the merchant's page and the
 * emulator are same-site, which ignores ports. Both cookies always have the same value.
 */
const cookies = [
  { name: 'cb_portal', attributes: 'SameSite=None; Secure; Partitioned' },
  { name: 'cb_portal_lax', attributes: 'SameSite=Lax' },
];

export function setLogin(reply: FastifyReply, { key, name }: Login): void {
  reply.header(
    'set-cookie',
    cookies.map(
      (cookie) =>
        `${cookie.name}=${key}.${name}; Path=/; HttpOnly; Max-Age=${MAX_AGE}; ${cookie.attributes}`,
    ),
  );
}

export function readLogin(request: FastifyRequest): Login | undefined {
  const sent = new Map(
    (request.headers.cookie ?? '').split(/; */).map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  const value = cookies.map(({ name }) => sent.get(name)).find(Boolean);
  if (!value) return undefined;
  const [key = '', name = ''] = value.split('.');
  return { key, name };
}
