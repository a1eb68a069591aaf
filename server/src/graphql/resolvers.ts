import type { GraphQLResolveInfo } from 'graphql';
import type { HostedPage, PortalSession, Resolvers, Viewer } from '../generated/resolvers.js';
import type { Caller } from '../portal/request.js';
import type { PortalContext, PortalRequestContext } from './context.js';
import { toGraphQLError } from './errors.js';
import { createDateTimeScalar, createUrlScalar } from './scalars.js';
import { toHostedPage, toPortalSession } from './to-schema.js';

/** The resolvers of the mutations. Every mutation makes calls to Chargebee, and no query does. */
export const mutationResolvers = {
  createPortalSession: (_root, { input }, context, info) =>
    withCaller(context, info, async (caller, { operations }): Promise<PortalSession> =>
      toPortalSession(await operations.createPortalSession(caller, input ?? {})),
    ),
  logoutPortalSession: (_root, { id }, context, info) =>
    withCaller(context, info, async (caller, { operations }): Promise<PortalSession> =>
      toPortalSession(await operations.logoutPortalSession(caller, id)),
    ),
  createManagePaymentSourcesPage: (_root, { input }, context, info) =>
    withCaller(context, info, async (caller, { operations }): Promise<HostedPage> =>
      toHostedPage(await operations.createManagePaymentSourcesPage(caller, input ?? {})),
    ),
} satisfies Resolvers<PortalContext>['Mutation'];

/** The fields that make calls to Chargebee. A request may have only one of them. */
export const UPSTREAM_FIELDS: ReadonlySet<string> = new Set(Object.keys(mutationResolvers));

/** The resolvers of the whole contract. */
export const contractResolvers: Resolvers<PortalContext> = {
  DateTime: createDateTimeScalar('DateTime'),
  URL: createUrlScalar('URL'),
  Query: {
    viewer: (_root, _args, { portal }) =>
      withPublicErrors(portal, async (): Promise<Viewer> => {
        const caller = await portal.caller();
        const customerIds = await portal.operations.customerIds(caller);
        return { id: caller.user.id, customerIds: [...customerIds] };
      }),
  },
  Mutation: mutationResolvers,
};

/** The addition of Apollo Server's cache control, if enabled in a host, to the info of a field. */
interface CacheControlInfo {
  cacheControl?: { setCacheHint?: (hint: { maxAge: number; scope: 'PRIVATE' }) => void };
}

/** Runs a field that makes calls to Chargebee for the authenticated caller. A request may have only one such field. */
function withCaller<Result>(
  { portal }: Partial<PortalContext>,
  info: GraphQLResolveInfo & CacheControlInfo,
  work: (caller: Caller, portal: PortalRequestContext) => Promise<Result>,
): Promise<Result> {
  // A host may have a `portal` of its own in its context.
  if (typeof portal?.caller !== 'function') {
    throw new TypeError(
      'The GraphQL context has no `portal` of createPortalContext(). Spread what its function returns for the request into the context, after a `portal` of your own.',
    );
  }
  // A host may cache responses by default, but sessions must never be cached.
  info.cacheControl?.setCacheHint?.({ maxAge: 0, scope: 'PRIVATE' });
  return withPublicErrors(portal, async () => {
    const caller = await portal.caller();
    portal.claimUpstream();
    return work(caller, portal);
  });
}

/** Converts errors to those that the caller may see, and reports unexpected ones. */
async function withPublicErrors<Result>(
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
