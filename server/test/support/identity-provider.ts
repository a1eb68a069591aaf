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

/** For `exp`. */
export const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;

export interface TokenOptions {
  /** Seconds; null for a token that never expires. */
  expiresIn?: number | null;
  header?: object;
  /** The critical extensions that the provider, at least, knows. */
  crit?: Record<string, boolean>;
}

/** An identity provider as an app has one: keys that rotate, published over HTTP; and tests can make it fail. */
export class IdentityProvider {
  /** How often the key set was asked for. */
  fetches = 0;
  /** What the key set's URL answers instead of the keys. */
  failure: ((response: ServerResponse) => void) | undefined;
  readonly #server: Server;
  #keys: { kid: string; jwk: JWK; privateKey: CryptoKey; publicKey: CryptoKey }[] = [];

  private constructor() {
    this.#server = createServer((_request, response) => {
      this.fetches += 1;
      if (this.failure) {
        this.failure(response);
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
    return this.#current.kid;
  }

  /** The key that it signs with, as it is published. */
  get jwk(): JWK {
    return this.#current.jwk;
  }

  get publicKey(): CryptoKey {
    return this.#current.publicKey;
  }

  /** Replaces all keys by a new one. */
  async rotate(): Promise<void> {
    this.#keys = [];
    await this.addKey();
  }

  /** Publishes a new key, by which it signs from now on, before those there are. */
  async addKey(): Promise<void> {
    const { privateKey, publicKey } = await nextKeyPair();
    const kid = randomUUID();
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
    this.#keys = [{ kid, jwk, privateKey, publicKey }, ...this.#keys];
  }

  /** A token of a user; claims and headers that are `undefined` are left out. */
  async token(
    claims: JWTPayload = {},
    { expiresIn = 600, header = {}, crit = {} }: TokenOptions = {},
  ): Promise<string> {
    const { kid, privateKey } = this.#current;
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

  get #current() {
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

const made: Promise<GenerateKeyPairResult>[] = [];
let used = 0;

/** A key pair that this provider has not had; made once for all providers of the test run, for making one takes time. */
function nextKeyPair(): Promise<GenerateKeyPairResult> {
  const index = used % 4;
  used += 1;
  return (made[index] ??= generateKeyPair('RS256', { extractable: true }));
}
