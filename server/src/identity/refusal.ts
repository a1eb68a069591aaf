import { errors } from 'jose';
import { PortalError } from '../errors.js';
import { describeClaim } from './claims.js';

/** jose's codes for a token that it refuses, each in a word for a metric. */
const REASON_BY_CODE: Readonly<Record<string, string>> = {
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JWKSNoMatchingKey.code]: 'unknown_key',
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JWTExpired.code]: 'expired',
};

/** What the operator's log tells of a refusal. */
export interface RefusalFacts {
  /** jose's code, where it was jose that refused. */
  code?: string | undefined;
  /** The claim that is wrong. */
  claim?: string | undefined;
  /** What the claim must be. */
  expected?: string | undefined;
  /** What it is; only of a token whose signature is good, and never more than one claim of it. */
  got?: string | undefined;
}

/** What a verified token's `iss` and audience are compared with, to be named in a refusal. */
export interface ExpectedClaims {
  iss: string;
  aud: string;
}

/**
 * Why a caller was refused, for the operator: one reason out of a short list, which a metric can have as its label, with
 * the details. The caller gets none of it.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: string;
  readonly facts: RefusalFacts;

  constructor(reason: string, facts: RefusalFacts = {}) {
    super(`the caller was refused: ${reason}`);
    this.reason = reason;
    this.facts = facts;
  }

  /** The refusal in an error of jose's verification. */
  static from(error: unknown, expected: ExpectedClaims): Refusal {
    if (error instanceof errors.JWTExpired) {
      const { code, claim, payload } = error;
      return new Refusal('expired', { code, claim, got: describeTime(payload.exp) });
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      const { code, claim, payload } = error;
      return new Refusal(`claim_${claim}`, {
        code,
        claim,
        expected: { ...expected, ...EXPECTED_OF_REGISTERED }[claim],
        got: describeClaim(payload[claim]),
      });
    }
    if (!(error instanceof errors.JOSEError)) return new Refusal('malformed');
    const { code } = error;
    return new Refusal(REASON_BY_CODE[code] ?? 'malformed', { code });
  }
}

const EXPECTED_OF_REGISTERED: Readonly<Record<string, string>> = {
  exp: 'a time in the future',
  nbf: 'a time in the past',
  sub: 'a string of 1 to 255 characters',
};

/** The same answer for every refusal; the reason is only logged. */
export function unauthenticated(cause: Refusal): PortalError {
  return new PortalError('UNAUTHENTICATED', 'Sign in and try again.', { cause });
}

/** A time of a token, or what there is in its place. */
export function describeTime(seconds: unknown): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? describeClaim(seconds) : date.toISOString();
}
