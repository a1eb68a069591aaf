import type { FastifyReply, FastifyRequest } from 'fastify';

/** How a browser shows which session it has opened. */
export interface Login {
  /** The secret that the store knows it by. */
  key: string;
  /** The name that chargebee.js gave this login; empty when it was opened by its access URL. */
  name: string;
}

const MAX_AGE = 3600;

/**
 * The portal runs in an iframe on the merchant's page, maybe of another site, where a browser sends only a cookie that is `SameSite=None`, and
 * takes that only when it is `Secure`, as it may be on loopback. Browsers that do not see loopback so get the second one, which does when merchant's page and
 * emulator are the same site, ports aside. Both always have the same value.
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
