import { z } from 'zod';

/** The part of the emulator that is called, for faults that concern a whole part. */
export const FAULT_TARGETS = {
  api: '/api/v2/*',
  'chargebee.js': '/v2/chargebee.js',
  portal: '/portal/*',
  authenticate: '/portal/v2/authenticate',
  pages: '/pages/*',
  idp: '/idp/*',
} as const;

export type FaultTarget = keyof typeof FAULT_TARGETS;

const count = z.int().min(1).max(1_000_000);

export const faultSchema = z
  .strictObject({
    /** What to call it on the emulator's page. */
    name: z.string().min(1).max(100).optional(),
    /** A path such as `/api/v2/portal_sessions`, with `*` for anything; or a part by its name. */
    route: z.string().min(1).max(300),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    /** How many requests it strikes; all when not given. */
    count: count.optional(),
    /** Milliseconds to wait before anything else. */
    latency: z.int().min(0).max(600_000).optional(),
    /** Answers this status, with an error body in Chargebee's shape on the API. */
    status: z.int().min(400).max(599).optional(),
    /** The `api_error_code` of that body. */
    code: z.string().min(1).max(100).optional(),
    message: z.string().max(500).optional(),
    /** Seconds; answered as the header `Retry-After`. */
    retryAfter: z.int().min(0).max(86_400).optional(),
    /** What the answer's body is instead: HTML, cut off in the middle, not JSON at all, or nothing. */
    body: z.enum(['html', 'cut', 'nonsense', 'empty']).optional(),
    /** Closes the connection without an answer. */
    reset: z.boolean().optional(),
    /** Does what was asked for first, so that only the answer is lost or spoilt. */
    processed: z.boolean().optional(),
  })
  .refine(
    ({ latency, status, body, reset }) =>
      latency !== undefined || status !== undefined || body !== undefined || reset === true,
    'say what goes wrong: latency, status, body or reset',
  );

export type FaultInput = z.input<typeof faultSchema>;

/** A fault that is switched on. */
export interface Fault extends FaultInput {
  id: string;
  /** How many requests it has struck so far. */
  struck: number;
}
