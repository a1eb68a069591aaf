import * as v from 'valibot';
import { RESOURCE_ID } from './resource-id.js';
import type { ChargebeeHostedPage, ChargebeePortalSession } from './types.js';
import { UpstreamError } from './upstream-error.js';

/** The last second of the year 9999, the last that ISO 8601 has four digits for. */
const LAST_SECOND = 253_402_300_799;

/** What an answer must concern, as far as it is known. */
interface Expected {
  id?: string;
  customerId?: string;
}

/** Reads answers; `secure` refuses URLs that are not https. */
export interface AnswerReader {
  /** The session in an answer, if it is what was asked for: this customer's, this id. Throws `UpstreamError`. */
  session(answer: unknown, expected: Expected): ChargebeePortalSession;
  /** The page in an answer, if it is one for managing payment sources, and what was asked for. Throws `UpstreamError`. */
  page(answer: unknown, expected: Expected): ChargebeeHostedPage;
}

/** Makes a reader that checks every answer. Lengths are those of Chargebee's OpenAPI specification. */
export function createAnswerReader({ secure }: { secure: boolean }): AnswerReader {
  const scheme = secure ? /^https:/ : /^https?:/;
  const text = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));
  const id = v.pipe(v.string(), v.regex(RESOURCE_ID));
  // `canParse` only: every answer is on the hot path, and nobody needs the parts of its URL.
  const link = (longest: number) =>
    v.pipe(
      text(longest),
      v.check((href) => scheme.test(href) && URL.canParse(href)),
    );
  const seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LAST_SECOND));
  const sessionAnswer = v.object({
    portal_session: v.object({
      id,
      token: text(200),
      access_url: link(550),
      redirect_url: v.optional(v.pipe(v.string(), v.maxLength(250))),
      status: v.picklist(['created', 'logged_in', 'logged_out', 'not_yet_activated', 'activated']),
      created_at: seconds,
      expires_at: v.optional(seconds),
      object: v.optional(v.literal('portal_session'), 'portal_session'),
      customer_id: text(50),
    }),
  });
  const pageAnswer = v.object({
    hosted_page: v.object({
      id,
      type: v.literal('manage_payment_sources'),
      url: link(2048),
      state: text(50),
      embed: v.optional(v.boolean(), true),
      created_at: seconds,
      expires_at: v.optional(seconds),
      object: v.optional(v.literal('hosted_page'), 'hosted_page'),
      content: v.optional(v.object({ customer: v.optional(v.object({ id: v.string() })) })),
    }),
  });

  return {
    session(answer, expected) {
      const { portal_session: session } = parse(sessionAnswer, answer);
      expectSame(session.id, expected.id, 'another session');
      expectSame(session.customer_id, expected.customerId, "another customer's session");
      return session;
    },
    page(answer, expected) {
      const { content, ...page } = parse(pageAnswer, answer).hosted_page;
      expectSame(page.id, expected.id, 'another page');
      expectSame(content?.customer?.id, expected.customerId, "another customer's page");
      return page;
    },
  };
}

/** Compares two ids; one that is not known is not compared. */
function expectSame(actual: string | undefined, expected: string | undefined, reason: string) {
  if (actual !== undefined && expected !== undefined && actual !== expected) {
    throw new UpstreamError('nonsense', { reason, scope: 'request' });
  }
}

function parse<T>(schema: v.GenericSchema<unknown, T>, answer: unknown): T {
  const result = v.safeParse(schema, answer);
  if (!result.success) {
    // Names of fields only: values are tokens and addresses.
    const fields = result.issues.map((issue) => v.getDotPath(issue)).slice(0, 5);
    const reason = `unexpected ${fields.join(', ')}`;
    throw new UpstreamError('nonsense', { reason, scope: 'request' });
  }
  return result.output;
}
