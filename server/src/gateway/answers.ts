import { z } from 'zod';
import { RESOURCE_ID } from './resource-id.js';
import type { ChargebeeHostedPage, ChargebeePortalSession } from './types.js';
import { UpstreamError } from './upstream-error.js';

/** The last second of the year 9999, the last that ISO 8601 has four digits for. */
const LAST_SECOND = 253_402_300_799;

/** What an answer must be about, as far as it is known. */
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

/** Checks every answer before it is believed. Lengths are those of Chargebee's OpenAPI specification. */
export function createAnswerReader({ secure }: { secure: boolean }): AnswerReader {
  const scheme = secure ? /^https:/ : /^https?:/;
  // Parsed for its form alone, and by the quickest way there is: every answer has one.
  const link = z.string().refine((text) => scheme.test(text) && URL.canParse(text));
  const seconds = z.int().nonnegative().max(LAST_SECOND);
  const sessionAnswer = z.object({
    portal_session: z.object({
      id: z.string().regex(RESOURCE_ID),
      token: z.string().min(1).max(200),
      access_url: link.max(550),
      redirect_url: z.string().max(250).optional(),
      status: z.enum(['created', 'logged_in', 'logged_out', 'not_yet_activated', 'activated']),
      created_at: seconds,
      expires_at: seconds.optional(),
      object: z.literal('portal_session').default('portal_session'),
      customer_id: z.string().min(1).max(50),
    }),
  });
  const pageAnswer = z.object({
    hosted_page: z.object({
      id: z.string().regex(RESOURCE_ID),
      type: z.literal('manage_payment_sources'),
      url: link.max(2048),
      state: z.string().min(1).max(50),
      embed: z.boolean().default(true),
      created_at: seconds,
      expires_at: seconds.optional(),
      object: z.literal('hosted_page').default('hosted_page'),
      content: z.object({ customer: z.object({ id: z.string() }).optional() }).optional(),
    }),
  });

  return {
    session(answer, expected) {
      const { portal_session: session } = believe(sessionAnswer, answer);
      expectSame(session.id, expected.id, 'another session');
      expectSame(session.customer_id, expected.customerId, "another customer's session");
      return session;
    },
    page(answer, expected) {
      const { content, ...page } = believe(pageAnswer, answer).hosted_page;
      expectSame(page.id, expected.id, 'another page');
      expectSame(content?.customer?.id, expected.customerId, "another customer's page");
      return page;
    },
  };
}

/** What one of the two does not tell is not compared. */
function expectSame(actual: string | undefined, expected: string | undefined, reason: string) {
  if (actual !== undefined && expected !== undefined && actual !== expected) {
    throw new UpstreamError('nonsense', { reason });
  }
}

function believe<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (!result.success) {
    // Names of fields only: values are tokens and addresses.
    const fields = result.error.issues.map((issue) => issue.path.join('.')).slice(0, 5);
    throw new UpstreamError('nonsense', { reason: `unexpected ${fields.join(', ')}` });
  }
  return result.data;
}
