import * as v from 'valibot';
import { RESOURCE_ID } from './resource-id.js';
import type { ChargebeeHostedPage, ChargebeePortalSession } from './types.js';
import { UpstreamError } from './upstream-error.js';

/** The last second of the year 9999, the last that ISO 8601 has four digits for. */
const LAST_SECOND = 253_402_300_799;

/** The ids that a response must contain, where known. */
interface Expected {
  id?: string;
  customerId?: string;
}

/** Validates Chargebee's responses. */
export interface AnswerReader {
  /**
   * Returns the session in a response.
   * @throws UpstreamError when the response is invalid or contains another id or customer
   */
  session(answer: unknown, expected: Expected): ChargebeePortalSession;
  /**
   * Returns the page for managing payment sources in a response.
   * @throws UpstreamError when the response is invalid or contains another id or customer
   */
  page(answer: unknown, expected: Expected): ChargebeeHostedPage;
}

/**
 * Creates a reader of responses. Maximum lengths are those of Chargebee's OpenAPI specification. With `secure`, URLs must be
 * https.
 */
export function createAnswerReader({ secure }: { secure: boolean }): AnswerReader {
  const scheme = secure ? /^https:/ : /^https?:/;
  const text = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));
  const id = v.pipe(v.string(), v.regex(RESOURCE_ID));
  // `canParse` rather than `new URL`: this runs for every request, and the parsed URL is not used.
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

/** Compares two ids, if both are known. */
function expectSame(actual: string | undefined, expected: string | undefined, reason: string) {
  if (actual !== undefined && expected !== undefined && actual !== expected) {
    throw new UpstreamError('nonsense', { reason, scope: 'request' });
  }
}

function parse<T>(schema: v.GenericSchema<unknown, T>, answer: unknown): T {
  const result = v.safeParse(schema, answer);
  if (!result.success) {
    // Only the names of fields: values may be tokens or access URLs.
    const fields = result.issues.map((issue) => v.getDotPath(issue)).slice(0, 5);
    const reason = `unexpected ${fields.join(', ')}`;
    throw new UpstreamError('nonsense', { reason, scope: 'request' });
  }
  return result.output;
}
