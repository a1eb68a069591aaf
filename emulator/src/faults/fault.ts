import { z } from 'zod';

/** Names for the routes of whole parts of the emulator. */
export const FAULT_TARGETS = {
  api: '/api/v2/*',
  'chargebee.js': '/v2/chargebee.js',
  portal: '/portal/*',
  authenticate: '/portal/v2/authenticate',
  pages: '/pages/*',
  idp: '/idp/*',
  webhooks: 'webhooks:*',
} as const;

export type FaultTarget = keyof typeof FAULT_TARGETS;

const count = z.int().min(1).max(1_000_000);

export const faultSchema = z
  .strictObject({
    /** The label on the emulator's page. */
    name: z.string().min(1).max(100).optional(),
    /**
     * A path such as `/api/v2/portal_sessions`, in which `*` matches anything, or a name from `FAULT_TARGETS`. `webhooks` matches all
     * deliveries of events, and `webhooks:subscription_*` those of some event types.
     */
    route: z
      .string()
      .min(1)
      .max(300)
      .refine(
        (route) => /^[/*]|^webhooks:/.test(route) || Object.hasOwn(FAULT_TARGETS, route),
        `give a path that begins with / or *, or one of ${Object.keys(FAULT_TARGETS).join(', ')}`,
      ),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    /** How many requests it affects; all by default. */
    count: count.optional(),
    /** Milliseconds to delay the request. */
    latency: z.int().min(0).max(600_000).optional(),
    /** The status of the response. API responses get an error body in Chargebee's format. */
    status: z.int().min(400).max(599).optional(),
    /** The `api_error_code` of that body. */
    code: z.string().min(1).max(100).optional(),
    message: z.string().max(500).optional(),
    /** The `Retry-After` header of the response, in seconds. */
    retryAfter: z.int().min(0).max(86_400).optional(),
    /** Replaces the response body: an HTML page, the first half of the body, unrelated JSON, or an empty body. */
    body: z.enum(['html', 'cut', 'nonsense', 'empty']).optional(),
    /** Closes the connection without a response. */
    reset: z.boolean().optional(),
    /** Processes the request first, so that only its response is lost or corrupted. */
    processed: z.boolean().optional(),
    /** How the delivery of an event fails. `latency` delays it. */
    delivery: z.enum(['twice', 'out_of_order', 'never']).optional(),
  })
  .refine(
    ({ route, latency, status, body, reset, delivery }) =>
      latency !== undefined ||
      (isDeliveryRoute(route)
        ? delivery !== undefined
        : status !== undefined || body !== undefined || reset === true),
    'say what goes wrong: latency, status, body or reset; with webhooks latency or delivery',
  )
  .refine(
    ({ route, delivery }) => delivery === undefined || isDeliveryRoute(route),
    'delivery goes with the route webhooks only',
  )
  .refine(
    ({ route, method, status, body, reset, processed, retryAfter }) =>
      !isDeliveryRoute(route) ||
      [method, status, body, reset, processed, retryAfter].every((value) => value === undefined),
    'deliveries take latency, delivery and count only: their answers are the receiver’s',
  );

/** Returns whether a fault affects deliveries of events rather than requests. */
export const isDeliveryRoute = (route: string): boolean => /^webhooks(:|$)/.test(route);

export type FaultInput = z.input<typeof faultSchema>;

/** An active fault. */
export interface Fault extends FaultInput {
  id: string;
  /** How many requests it has affected so far. */
  struck: number;
}
