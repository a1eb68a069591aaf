import { errors } from 'jose';
import { PortalError } from '../errors.js';

/** What jose says of a token that it does not believe, in a word for a metric. */
const REASON_BY_CODE: Readonly<Record<string, string>> = {
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JWKSNoMatchingKey.code]: 'unknown_key',
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JWTExpired.code]: 'expired',
};

/**
 * Why a caller was not believed, for the operator: one reason out of a short list, so that a metric can be labelled with
 * it. The caller is not told. It holds nothing of the token's but the name of a registered claim.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: string;
  /** jose's code and the claim that is wrong, where it was jose that refused. */
  readonly code: string | undefined;
  readonly claim: string | undefined;

  constructor(reason: string, { code, claim }: { code?: string; claim?: string } = {}) {
    super(`the caller was refused: ${reason}`);
    this.reason = reason;
    this.code = code;
    this.claim = claim;
  }

  /** The refusal in what jose's verification has thrown. */
  static from(error: unknown): Refusal {
    if (error instanceof errors.JWTClaimValidationFailed) {
      const { code, claim } = error;
      return new Refusal(`claim_${claim}`, { code, claim });
    }
    if (!(error instanceof errors.JOSEError)) return new Refusal('malformed');
    const { code } = error;
    return new Refusal(REASON_BY_CODE[code] ?? 'malformed', { code });
  }
}

/** What the caller is told, whatever the refusal. */
export function unauthenticated(cause: Refusal): PortalError {
  return new PortalError('UNAUTHENTICATED', 'Sign in and try again.', { cause });
}
