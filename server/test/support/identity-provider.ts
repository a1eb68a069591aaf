import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type GenerateKeyPairResult,
  type JWK,
  type JWTPayload,
} from 'jose';
import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const AUDIENCE = 'the-app';

/** Returns a value for the claim `exp`, in seconds since 1970. */
export const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;

export interface TokenOptions {
  /** Seconds until the token expires; null for one without `exp`. */
  expiresIn?: number | null;
  header?: object;
  /** The critical extensions that the provider supports; required for signing a header `crit`. */
  crit?: Record<string, boolean>;
}

/** A fake identity provider, which publishes a key set over HTTP. Tests can rotate its keys and make it fail. */
export class IdentityProvider {
  /** The number of fetches of the key set. */
  fetches = 0;
  /** Answers fetches of the key set instead of the fake. */
  intercept: ((response: ServerResponse) => void) | undefined;
  readonly #server: Server;
  #keys: { kid: string; jwk: JWK; privateKey: CryptoKey; publicKey: CryptoKey }[] = [];

  private constructor() {
    this.#server = createServer((_request, response) => {
      this.fetches += 1;
      if (this.intercept) {
        this.intercept(response);
        return;
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: this.#keys.map(({ jwk }) => jwk) }));
    });
  }

  static async start(): Promise<IdentityProvider> {
    const provider = new IdentityProvider();
    await provider.rotate();
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get env() {
    return {
      AUTH_JWKS_URL: `${this.issuer}/jwks.json`,
      AUTH_ISSUER: this.issuer,
      AUTH_AUDIENCE: AUDIENCE,
    };
  }

  get kid(): string {
    return this.#signingKey.kid;
  }

  /** The published form of the key that signs tokens. */
  get jwk(): JWK {
    return this.#signingKey.jwk;
  }

  get publicKey(): CryptoKey {
    return this.#signingKey.publicKey;
  }

  /** Replaces all keys with a new one. */
  async rotate(kid?: string): Promise<void> {
    this.#keys = [];
    await this.addKey(kid);
  }

  /** Adds a new key, which signs tokens from then on. The other keys remain published. */
  async addKey(kid: string = randomUUID()): Promise<void> {
    const { privateKey, publicKey } = await nextKeyPair();
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
    this.#keys = [{ kid, jwk, privateKey, publicKey }, ...this.#keys];
  }

  /** Creates a token of a user. Claims and headers that are `undefined` are left out. */
  async token(
    claims: JWTPayload = {},
    { expiresIn = 600, header = {}, crit = {} }: TokenOptions = {},
  ): Promise<string> {
    const { kid, privateKey } = this.#signingKey;
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: this.issuer,
      aud: AUDIENCE,
      sub: 'user-1',
      chargebee_customer_id: 'acme',
      iat: now,
      ...(expiresIn !== null && { exp: now + expiresIn }),
      ...claims,
    };
    return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
      .setProtectedHeader({ alg: 'RS256', kid, ...header })
      .sign(privateKey, { crit });
  }

  get #signingKey() {
    const [key] = this.#keys;
    if (!key) throw new Error('The provider has no key yet.');
    return key;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

const keyPairs: Promise<GenerateKeyPairResult>[] = [];
let handedOut = 0;

/** Returns one of four key pairs in turn, which all providers of the test run use, since generating them takes time. */
function nextKeyPair(): Promise<GenerateKeyPairResult> {
  const index = handedOut % 4;
  handedOut += 1;
  return (keyPairs[index] ??= generateKeyPair('RS256', { extractable: true }));
}
