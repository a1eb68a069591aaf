import { z } from 'zod';
import type { ChargebeeHostedPage, ChargebeePortalSession } from './gateway.js';
import { UpstreamError } from './upstream-error.js';

/** How Chargebee writes the id of a portal session. Anything else would reach another path of its API. */
const SESSION_ID = /^[A-Za-z0-9_-]{1,70}$/;

/** The last second of the year 9999, the last that ISO 8601 has four digits for. */
const LAST_SECOND = 253_402_300_799;

/** Whether an id can be that of a portal session. */
export function isSessionId(id: string): boolean {
  return SESSION_ID.test(id);
}

/** Reads answers; `secure` refuses URLs that are not https. */
export interface AnswerReader {
  /** The session in an answer, if it is what was asked for: this customer's, this id. Throws `UpstreamError`. */
  session(
    answer: unknown,
    expected: { customerId: string } | { id: string },
  ): ChargebeePortalSession;
  /** The page in an answer, if it is one for managing payment sources. Throws `UpstreamError`. */
  page(answer: unknown, expected: { customerId: string }): ChargebeeHostedPage;
}

/** Checks every answer before it is believed. Lengths are those of Chargebee's OpenAPI specification. */
export function createAnswerReader({ secure }: { secure: boolean }): AnswerReader {
  const link = z.url({ protocol: secure ? /^https$/ : /^https?$/ });
  const seconds = z.int().nonnegative().max(LAST_SECOND);
  const sessionAnswer = z.object({
    portal_session: z.object({
      id: z.string().regex(SESSION_ID),
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
      id: z.string().min(1).max(70),
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
      if ('id' in expected && session.id !== expected.id) {
        throw new UpstreamError('nonsense', { reason: 'another session' });
      }
      if ('customerId' in expected && session.customer_id !== expected.customerId) {
        throw new UpstreamError('nonsense', { reason: "another customer's session" });
      }
      return session;
    },
    page(answer, expected) {
      const { content, ...page } = believe(pageAnswer, answer).hosted_page;
      if (content?.customer !== undefined && content.customer.id !== expected.customerId) {
        throw new UpstreamError('nonsense', { reason: "another customer's page" });
      }
      return page;
    },
  };
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
