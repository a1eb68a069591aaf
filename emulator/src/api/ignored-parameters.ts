import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import { wrongValue } from '../errors.js';
import { callOf } from '../support/calls.js';
import { CHARGEBEE_PARAMETERS } from '../support/chargebee-api.js';

/** The response header that lists the parameters of the request that the emulator ignored. */
export const IGNORED_PARAMETERS = 'x-chargebee-emulator-ignored-parameters';

interface CallParameters {
  /** All parameters that Chargebee documents for the call, such as `billing_address[line3]`. */
  documented: ReadonlySet<string>;
  strict: boolean;
  ignored: string[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The parameters of this request that Chargebee supports and the emulator ignores. */
    ignoredParameters: string[] | null;
  }
}

const current = new AsyncLocalStorage<CallParameters>();

/** Accepts every parameter that Chargebee documents, and lists the ones that the emulator ignores in a response header. */
export function ignoreKnownParameters(
  app: FastifyInstance,
  { strict }: { strict: boolean },
  pathOf: (url: string) => string,
): void {
  app.decorateRequest('ignoredParameters', null);

  app.addHook('preHandler', (request, _reply, next) => {
    const call = callOf(request.method, pathOf(request.url)) ?? '';
    request.ignoredParameters = [];
    current.run(
      { documented: documentedOf(call), strict, ignored: request.ignoredParameters },
      next,
    );
  });

  app.addHook('onSend', ({ ignoredParameters: names }, reply, payload, next) => {
    if (names && names.length > 0) reply.header(IGNORED_PARAMETERS, names.join(', '));
    next(null, payload);
  });
}

/** Runs `action`, which parses parameters that were not sent to the API, as if they were those of a call. */
export const ignoringParametersOf = <T>(
  call: string,
  { strict }: { strict: boolean },
  action: () => T,
): T => current.run({ documented: documentedOf(call), strict, ignored: [] }, action);

function documentedOf(call: string): ReadonlySet<string> {
  const { supported = [], ignored = [] } = CHARGEBEE_PARAMETERS[call] ?? {};
  return new Set([...supported, ...ignored]);
}

/**
 * Records that the current call ignores a parameter, such as `card[gateway]` or `subscription_items[unit_price][0]`.
 * @throws ChargebeeError `param_wrong_value` when Chargebee does not document it for this call, or in strict mode
 */
export function ignoreParameter(name: string): void {
  const call = current.getStore();
  if (!call?.documented.has(name.replaceAll(/\[\d*\]/g, ''))) {
    throw wrongValue(name, 'this parameter is not known here and should not be sent');
  }
  if (call.strict) {
    throw wrongValue(
      name,
      'chargebee-emulator ignores this parameter of Chargebee’s, and refuses it in strict mode',
    );
  }
  call.ignored.push(name);
}
