import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import type { HostedPage, PortalSession, Resolvers, Viewer } from '../generated/resolvers.js';
import { toHostedPage, toPortalSession } from '../portal/model.js';
import type { Caller } from '../portal/request.js';
import type { PortalContext, PortalRequestContext } from './context.js';
import { toGraphQLError } from './errors.js';

/** Urls are checked by the operations, which can say what is wrong with them. */
const GraphQLUrl = new GraphQLScalarType<string, string>({
  name: 'URL',
  description: 'An absolute URL, such as `https://app.example.com/account`.',
  serialize: toText,
  parseValue: toText,
});

/** Every mutation makes calls to Chargebee, and no query does. */
const upstreamResolvers: Resolvers<PortalContext>['Mutation'] = {
  createPortalSession: (_root, { input }, { portal }) =>
    upstream(portal, async (caller): Promise<PortalSession> =>
      toPortalSession(await portal.operations.createPortalSession(caller, input ?? {})),
    ),
  logoutPortalSession: (_root, { id }, { portal }) =>
    upstream(portal, async (caller): Promise<PortalSession> =>
      toPortalSession(await portal.operations.logoutPortalSession(caller, id)),
    ),
  createManagePaymentSourcesPage: (_root, { input }, { portal }) =>
    upstream(portal, async (caller): Promise<HostedPage> =>
      toHostedPage(await portal.operations.createManagePaymentSourcesPage(caller, input ?? {})),
    ),
};

/** Which fields of the schema make calls to Chargebee: at most one of them in a request. */
export const UPSTREAM_FIELDS: ReadonlySet<string> = new Set(Object.keys(upstreamResolvers));

/** The resolvers of the contract. They find everything in `context.portal`, see `createPortalContext`. */
export const portalResolvers: Resolvers<PortalContext> = {
  DateTime: GraphQLDateTimeISO,
  URL: GraphQLUrl,
  Query: {
    viewer: (_root, _args, { portal }) =>
      told(portal, async (): Promise<Viewer> => {
        const caller = await portal.caller();
        const customerIds = await portal.operations.customerIds(caller);
        return { id: caller.user.id, customerIds: [...customerIds] };
      }),
  },
  Mutation: upstreamResolvers,
};

function upstream<Result>(
  portal: PortalRequestContext,
  work: (caller: Caller) => Promise<Result>,
): Promise<Result> {
  return told(portal, async () => {
    const caller = await portal.caller();
    portal.claimUpstream();
    return work(caller);
  });
}

async function told<Result>(
  portal: PortalRequestContext,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const shown = toGraphQLError(error, portal.requestId);
    if (shown.extensions.code === 'INTERNAL_SERVER_ERROR') portal.onUnexpectedError(error);
    throw shown;
  }
}

function toText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('URL must be a string.');
  return value;
}
