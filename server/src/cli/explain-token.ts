import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { IdentityConfig } from '../config/identity.js';
import { PortalError } from '../errors.js';
import type { BearerAuthentication, TokenUser } from '../identity/bearer.js';
import {
  describeClaim,
  describeObstacle,
  EXPECTED_SUBJECT,
  findClaim,
  type FoundClaim,
  isSubject,
} from '../identity/claims.js';
import { customersFromToken } from '../identity/customers.js';
import { describeTime, Refusal } from '../identity/refusal.js';
import { checkRequiredClaim } from '../identity/required-claim.js';
import type { Report } from './report.js';

/** Reports whether a token is accepted, and the result of each check with the setting that it depends on. */
export async function explainToken(
  given: string,
  config: IdentityConfig,
  bearer: BearerAuthentication,
  report: Report,
): Promise<void> {
  const token = extractToken(given, report);
  const parts = decode(token);
  if (!parts) {
    report.fail('token', 'is not a JWT: three parts of base64url, joined by dots');
    return;
  }
  const { header, claims } = parts;
  const { algorithms, issuers, audiences, audienceClaim } = config;
  report.check(
    'alg',
    algorithms.includes(String(header.alg)),
    `${describeClaim(header.alg)}; accepted: ${algorithms.join(', ')} (AUTH_ALGORITHMS)`,
  );
  const { refusal, code } = await refusalOf(bearer.authenticate(`Bearer ${token}`));
  report.check(
    'signature',
    !SIGNATURE_REFUSALS.has(refusal?.reason ?? ''),
    signatureText(refusal, header),
  );
  if (refusal?.reason === 'type') {
    report.fail('typ', `${refusal.facts.got}; must be ${refusal.facts.expected}`);
  }
  compare(report, 'iss', claims.iss, issuers, 'AUTH_ISSUER');
  compare(report, audienceClaim, claims[audienceClaim], audiences, 'AUTH_AUDIENCE');
  explainTimes(report, claims);
  if (isSubject(claims.sub)) report.ok('sub', describeClaim(claims.sub));
  else report.fail('sub', `${describeClaim(claims.sub)}; must be ${EXPECTED_SUBJECT}`);
  const user = { id: isSubject(claims.sub) ? claims.sub : '', claims };
  const notAllowed = explainRequiredClaim(report, config, user);
  const noCustomer = explainCustomers(report, config, user);
  if (refusal) report.fail('token', `is refused: ${refusal.reason} (${code})`);
  else if (notAllowed ?? noCustomer)
    report.fail('token', `is valid, but makes no session (${notAllowed ?? noCustomer})`);
  else report.ok('token', 'is accepted');
}

/** Extracts the token from text that may have been copied from a request header or a wrapped line. */
function extractToken(given: string, report: Report): string {
  const text = given.trim();
  const rest = text.replace(HEADER_PREFIX, '');
  if (rest !== text) report.note('token', 'taken without what stands before it: "Bearer"');
  const token = rest.replaceAll(/\s/g, '');
  if (token !== rest) report.note('token', 'taken without the spaces and line breaks in it');
  return token;
}

/** The header name and scheme that may be copied along with a token. */
const HEADER_PREFIX = /^(authorization: *)?bearer +/i;

/** Refusals after which the signature is invalid or unverified. */
const SIGNATURE_REFUSALS: ReadonlySet<string> = new Set([
  'algorithm',
  'unknown_key',
  'signature',
  'malformed',
  'no_bearer_token',
  'unverifiable',
]);

function decode(token: string) {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
}

/** Returns why a token is refused and the error code that its caller gets; nothing when it is accepted. */
async function refusalOf(user: Promise<TokenUser>): Promise<{ refusal?: Refusal; code?: string }> {
  try {
    await user;
    return {};
  } catch (error) {
    const cause = error instanceof PortalError ? error.cause : error;
    return {
      refusal: cause instanceof Refusal ? cause : new Refusal('unverifiable'),
      code: codeOf(error),
    };
  }
}

function codeOf(error: unknown): string {
  return error instanceof PortalError ? error.code : 'INTERNAL_SERVER_ERROR';
}

function signatureText(
  refusal: Refusal | undefined,
  { kid, alg }: { kid?: string | undefined; alg?: string | undefined },
): string {
  const key = `key id ${describeClaim(kid)}`;
  switch (refusal?.reason) {
    case 'unknown_key':
      return `${key}, of which the key set has no key for ${describeClaim(alg)}: is AUTH_JWKS_URL of the provider that made the token?`;
    case 'signature':
      return `${key}; it is not signed with the key: another provider, another secret, or a changed token`;
    case 'unverifiable':
      return `${key}; the keys cannot be had, see above`;
    case 'algorithm':
      return 'not looked at, for the algorithm is not accepted';
    case 'malformed':
    case 'no_bearer_token':
      return 'malformed';
    default:
      return `is good, ${key}`;
  }
}

function compare(
  report: Report,
  claim: string,
  value: unknown,
  accepted: readonly string[] | undefined,
  setting: string,
): void {
  const values: unknown[] = claim === 'aud' && Array.isArray(value) ? value : [value];
  const isGood = !accepted || values.some((item) => accepted.some((each) => each === item));
  const wanted = accepted?.map((item) => `"${item}"`).join(' or ') ?? 'anything';
  report.check(claim, isGood, `${describeClaim(value)}; accepted: ${wanted} (${setting})`);
}

function explainTimes(report: Report, { exp, nbf, iat }: Record<string, unknown>): void {
  const now = Date.now() / 1000;
  if (exp === undefined) report.fail('exp', 'nothing; a token must expire');
  if (typeof exp === 'number') {
    const text = `${exp > now ? 'expires' : 'expired'} at ${describeTime(exp)}`;
    report.check('exp', exp > now - 60, text);
  }
  if (typeof nbf === 'number')
    report.check('nbf', nbf < now + 60, `good from ${describeTime(nbf)} on`);
  for (const [claim, time] of Object.entries({ exp, nbf, iat })) {
    if (time !== undefined && typeof time !== 'number')
      report.fail(claim, `${describeClaim(time)}; must be a number`);
  }
}

/** Reports the required claim. Returns the caller's error code when the token lacks the claim. */
function explainRequiredClaim(
  report: Report,
  { requiredClaim }: IdentityConfig,
  user: TokenUser,
): string | undefined {
  if (!requiredClaim) return undefined;
  const { claim, values } = requiredClaim;
  const text = `${describeFound(findClaim(user.claims, claim))}; accepted: ${values.join(' or ')} (AUTH_REQUIRED_CLAIM)`;
  const error = errorOf(() => checkRequiredClaim(user, requiredClaim));
  report.check(claim, error === undefined, text);
  return error && codeOf(error);
}

/** Reports the customers whose billing the token gives access to. Returns the caller's error code when there are none. */
function explainCustomers(
  report: Report,
  { customer }: IdentityConfig,
  user: TokenUser,
): string | undefined {
  const claim = customer.from === 'subject' ? 'sub' : customer.claim;
  const label = `customer, from ${claim}`;
  let ids: readonly string[] = [];
  const error = errorOf(() => {
    ids = customersFromToken(customer)(user) as readonly string[];
  });
  if (error) {
    const value = describeFound(findClaim(user.claims, claim));
    report.fail(label, `${value}; must be a string of 1 to 50 characters, or a list of them`);
    return codeOf(error);
  }
  if (ids.length === 0) {
    const setting = customer.from === 'subject' ? 'CUSTOMER_LOOKUP' : 'CUSTOMER_ID_CLAIM';
    report.fail(label, `nothing: this user is no customer (${setting})`);
    if (customer.from === 'claim') {
      report.note(label, `the token's claims are ${describeClaim(Object.keys(user.claims))}`);
    }
    return 'CUSTOMER_NOT_FOUND';
  }
  report.ok(label, describeClaim(ids));
  return undefined;
}

function describeFound(found: FoundClaim): string {
  if (!found.isObstacle) return describeClaim(found.value);
  const { claim, expected, got } = describeObstacle(found);
  return `${claim} is ${got}, not ${expected}`;
}

function errorOf(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
