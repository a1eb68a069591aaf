import type { LinkConfig } from '../config/config.js';
import {
  sessionNotFound,
  type ChargebeeGateway,
  type ChargebeeHostedPage,
  type ChargebeePortalSession,
} from '../gateway/index.js';
import type {
  CreateManagePaymentSourcesPageInput,
  CreatePortalSessionInput,
} from '../generated/resolvers.js';
import { stillUnopened, stillUnused, type IdempotencyScope } from '../idempotency/index.js';
import { inTime } from '../identity/in-time.js';
import type { ResolveCustomerIds } from '../identity/user.js';
import { UnderWay } from '../under-way.js';
import { chooseCustomer } from './choose-customer.js';
import { checkForwardUrl, checkRedirectUrl } from './links.js';
import { checkIdempotencyKey, checkSessionId } from './inputs.js';
import type { Caller } from './request.js';
import { UpstreamRun, type UpstreamRunDependencies } from './upstream-run.js';

export interface PortalOperationsOptions extends UpstreamRunDependencies {
  gateway: ChargebeeGateway;
  /** Refuses with `RATE_LIMITED` when the user has asked for too much; counts every call. */
  limitUser: (userId: string) => Promise<void>;
  resolveCustomerIds: ResolveCustomerIds;
  /** Binds a caller's idempotency key to user, customer and operation, so that nobody replays another's. */
  scopeIdempotencyKey: (scope: IdempotencyScope) => string;
  links: LinkConfig;
}

/**
 * What a signed-in user can ask for. GraphQL and the JSON endpoints are two doors to these; both have authenticated the
 * caller before. Each operation that goes upstream counts against the user's limit first, whatever comes of it.
 * Rejects with a `PortalError` for everything the caller may be told of.
 */
export class PortalOperations {
  readonly #options: PortalOperationsOptions;
  readonly #underWay = new UnderWay();

  constructor(options: PortalOperationsOptions) {
    this.#options = options;
  }

  /** The customers the caller may act for. Rejects when the request's deadline has come. */
  customerIds({ user, request }: Caller): Promise<readonly string[]> {
    const { requestDeadlineMs, resolveCustomerIds } = this.#options;
    const left = request.receivedAt + requestDeadlineMs - performance.now();
    return inTime(left, resolveCustomerIds)(user);
  }

  createPortalSession(
    caller: Caller,
    input: CreatePortalSessionInput,
  ): Promise<ChargebeePortalSession> {
    return this.#run('createPortalSession', caller, async (run, own) => {
      const { gateway, links } = this.#options;
      const customerId = run.about({ customer: chooseCustomer(own, input.customerId) }).customer;
      const redirectUrl = checkRedirectUrl(input.redirectUrl, links);
      const forwardUrl = checkForwardUrl(input.forwardUrl, links);
      const idempotencyKey = this.#scopedKey(run, caller, customerId, input.idempotencyKey);
      const { session, replayed } = await gateway.createPortalSession(
        { customerId, redirectUrl, forwardUrl, idempotencyKey },
        run.upstream,
      );
      run.about({ session: session.id, replayed });
      return replayed ? stillUnopened(session, gateway, run.upstream) : session;
    });
  }

  logoutPortalSession(caller: Caller, id: string): Promise<ChargebeePortalSession> {
    return this.#run('logoutPortalSession', caller, async (run, own) => {
      const { gateway } = this.#options;
      checkSessionId(id);
      run.about({ session: id });
      const session = own.length > 0 && (await gateway.retrievePortalSession(id, run.upstream));
      if (!session || !own.includes(session.customer_id)) {
        // Word for word what the gateway says when there is none, so that nobody learns which ids there are.
        throw sessionNotFound();
      }
      run.about({ customer: session.customer_id });
      if (session.status === 'logged_out') return session;
      return gateway.logoutPortalSession({ id, customerId: session.customer_id }, run.upstream);
    });
  }

  createManagePaymentSourcesPage(
    caller: Caller,
    input: CreateManagePaymentSourcesPageInput,
  ): Promise<ChargebeeHostedPage> {
    return this.#run('createManagePaymentSourcesPage', caller, async (run, own) => {
      const { gateway, links } = this.#options;
      const customerId = run.about({ customer: chooseCustomer(own, input.customerId) }).customer;
      const redirectUrl = checkRedirectUrl(input.redirectUrl, links);
      const idempotencyKey = this.#scopedKey(run, caller, customerId, input.idempotencyKey);
      const { page, replayed } = await gateway.createManagePaymentSourcesPage(
        { customerId, redirectUrl, idempotencyKey },
        run.upstream,
      );
      run.about({ page: page.id, replayed });
      return replayed ? stillUnused(page, customerId, gateway, run.upstream) : page;
    });
  }

  /** Resolves once no operation is under way, be it between two of its calls. */
  idle(): Promise<void> {
    return this.#underWay.idle();
  }

  /** The order that holds for every operation: the user's limit, the user's customers, then the work itself. */
  async #run<Result>(
    operation: string,
    caller: Caller,
    work: (run: UpstreamRun, own: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    const { limitUser, resolveCustomerIds } = this.#options;
    const run = new UpstreamRun(operation, caller, this.#options);
    this.#underWay.begin();
    try {
      return await run.settle(async () => {
        await limitUser(caller.user.id);
        return work(run, await resolveCustomerIds(caller.user));
      });
    } finally {
      this.#underWay.end();
    }
  }

  #scopedKey(
    run: UpstreamRun,
    caller: Caller,
    customerId: string,
    key: string | null | undefined,
  ): string | undefined {
    if (key == null) return undefined;
    checkIdempotencyKey(key);
    return this.#options.scopeIdempotencyKey({
      userId: caller.user.id,
      customerId,
      operation: run.operation,
      key,
    });
  }
}
