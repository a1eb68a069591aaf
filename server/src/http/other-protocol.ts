const BEGINNINGS: readonly (readonly [beginning: Buffer, what: string])[] = [
  [Buffer.from('PROXY '), 'the PROXY protocol, which a proxy in front must not send'],
  [Buffer.from('\r\n\r\n\0\r\nQUIT\n'), 'the PROXY protocol, which a proxy in front must not send'],
  [Buffer.from('PRI * HTTP/2'), 'HTTP/2 without TLS; the server speaks HTTP/1.1'],
  [
    Buffer.from([0x16, 0x03]),
    'TLS to a port without it: a proxy has to end TLS, or set TLS_CERT_FILE and TLS_KEY_FILE',
  ],
];

/** Returns which other protocol a connection seems to use, with advice for the operator; undefined for malformed HTTP. */
export function otherProtocolOf(received: Buffer | undefined): string | undefined {
  return BEGINNINGS.find(([beginning]) =>
    received?.subarray(0, beginning.length).equals(beginning),
  )?.[1];
}

/** OpenSSL's codes for a client that does not speak TLS, such as one that speaks plain HTTP. */
const NOT_TLS: ReadonlySet<unknown> = new Set([
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

/** Like `otherProtocolOf`, for an error of the TLS handshake. */
export function otherProtocolOfTlsError({ code }: NodeJS.ErrnoException): string | undefined {
  return NOT_TLS.has(code)
    ? 'plain HTTP, or the PROXY protocol, to a port with TLS; see TLS_CERT_FILE'
    : undefined;
}
