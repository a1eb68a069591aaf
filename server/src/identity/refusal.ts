import { errors } from 'jose';
import { PortalError } from '../errors.js';
import { describeClaim, EXPECTED_SUBJECT } from './claims.js';

/** The reasons of refusals, as labels of a metric, by jose's error code. */
const REASON_BY_CODE: Readonly<Record<string, string>> = {
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JWKSNoMatchingKey.code]: 'unknown_key',
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JWTExpired.code]: 'expired',
};

/** The details of a refusal for the operator's log. */
export interface RefusalFacts {
  /** jose's error code, if jose refused the token. */
  code?: string | undefined;
  /** The claim that is wrong. */
  claim?: string | undefined;
  /** The expected value of the claim. */
  expected?: string | undefined;
  /** The actual value of the claim; only for tokens with a valid signature. */
  got?: string | undefined;
}

/** The expected values of `iss` and the audience, for the log. */
export interface ExpectedClaims {
  iss: string;
  aud: string;
}

/**
 * Why a caller was refused, for the operator only: a reason from a short list, which is a metric's label, and details. Neither
 * is sent to the caller.
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

  /** Converts an error of jose's verification. */
  static from(error: unknown, expected: ExpectedClaims): Refusal {
    if (error instanceof errors.JWTExpired) {
      const { code, claim, payload } = error;
      const expected = EXPECTED_OF_REGISTERED[claim];
      return new Refusal('expired', { code, claim, expected, got: describeTime(payload.exp) });
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      const { code, claim, payload } = error;
      return new Refusal(`claim_${claim}`, {
        code,
        claim,
        expected: { ...expected, ...EXPECTED_OF_REGISTERED }[claim],
        got: isTime(claim) ? describeTime(payload[claim]) : describeClaim(payload[claim]),
      });
    }
    if (!(error instanceof errors.JOSEError)) return new Refusal('malformed');
    const { code } = error;
    return new Refusal(REASON_BY_CODE[code] ?? 'malformed', { code });
  }
}

function isTime(claim: string): boolean {
  return claim === 'nbf' || claim === 'exp';
}

const EXPECTED_OF_REGISTERED: Readonly<Record<string, string>> = {
  exp: 'a time in the future',
  nbf: 'a time in the past',
  iat: 'a number',
  sub: EXPECTED_SUBJECT,
};

/** Creates the caller's error, which is the same for every refusal; the reason is only logged. */
export function unauthenticated(cause: Refusal): PortalError {
  return new PortalError('UNAUTHENTICATED', 'Sign in and try again.', { cause });
}

/** Formats a time of a token. Describes the value if it is not a time. */
export function describeTime(seconds: unknown): string {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? describeClaim(seconds) : date.toISOString();
}
