import type { LinkConfig } from '../config/config.js';
import { PortalError, serverClosed } from '../errors.js';
import { sessionNotFound } from '../gateway/portal-errors.js';
import type {
  ChargebeeGateway,
  ChargebeeHostedPage,
  ChargebeePortalSession,
} from '../gateway/types.js';
import type {
  CreateManagePaymentSourcesPageInput,
  CreatePortalSessionInput,
} from '../generated/resolvers.js';
import {
  refreshReplayedSession,
  refreshReplayedPage,
  type IdempotencyScope,
} from '../idempotency/index.js';
import { MAX_CUSTOMER_ID_LENGTH } from '../identity/customers.js';
import { withTimeout } from '../identity/with-timeout.js';
import type { PortalUser, ResolveCustomerIds } from '../identity/user.js';
import { InFlight } from '../in-flight.js';
import { SampledLog } from '../observability/sampled-log.js';
import { chooseCustomer } from './choose-customer.js';
import { checkForwardUrl, checkRedirectUrl } from './links.js';
import { checkIdempotencyKey, checkSessionId } from './inputs.js';
import type { Caller } from './request.js';
import { describeFailure, OperationRun, type OperationRunDependencies } from './operation-run.js';

/** The maximum number of rate-limited users per minute whose log lines are counted separately. */
const MAX_LIMITED_USERS = 10_000;

export interface PortalOperationsOptions extends Omit<OperationRunDependencies, 'rateLimitLog'> {
  gateway: ChargebeeGateway;
  /** Counts an operation of a user. Rejects with `RATE_LIMITED` when the limit is exceeded. */
  limitUser: (userKey: string) => Promise<void>;
  /** The same for `viewer`, which makes no call upstream. */
  limitViewer: (userKey: string) => Promise<void>;
  resolveCustomerIds: ResolveCustomerIds;
  /** Returns the issuer of a user, if there may be several: two of them may give the same id to two users. */
  issuerOf: (user: PortalUser) => string | undefined;
  /** Binds a caller's idempotency key to user, customer and operation, so that nobody can replay another's. */
  scopeIdempotencyKey: (scope: IdempotencyScope) => string;
  links: LinkConfig;
}

/**
 * The operations of a signed-in user, for GraphQL and the JSON endpoints, which authenticate the caller first. Each upstream
 * operation counts against the user's limit, even if it fails. Rejects with a `PortalError` for every failure that the caller
 * may see.
 */
export class PortalOperations {
  readonly #options: PortalOperationsOptions & OperationRunDependencies;
  readonly #inFlight = new InFlight();
  #closed = false;

  constructor(options: PortalOperationsOptions) {
    const rateLimitLog = new SampledLog(options.logger, { maxKinds: MAX_LIMITED_USERS });
    this.#options = { ...options, rateLimitLog };
  }

  /** Returns the customers that the caller may act for. Has a separate limit. Rejects at the request's deadline. */
  async customerIds({ user, request }: Caller): Promise<readonly string[]> {
    const { requestDeadlineMs, resolveCustomerIds, limitViewer, logger } = this.#options;
    await limitViewer(this.#userKeyOf(user));
    const remainingMs = request.receivedAt + requestDeadlineMs - performance.now();
    try {
      return await withTimeout(remainingMs, resolveCustomerIds)(user);
    } catch (error) {
      if (error instanceof PortalError) {
        const line = { requestId: request.id, user: user.id, ip: request.ip, code: error.code };
        logger.warn({ ...line, ...describeFailure(error) }, 'the customers of a user are unknown');
      }
      throw error;
    }
  }

  createPortalSession(
    caller: Caller,
    input: CreatePortalSessionInput,
  ): Promise<ChargebeePortalSession> {
    return this.#run('createPortalSession', caller, async (run, customerIds) => {
      const { gateway, links } = this.#options;
      const customerId = chooseAndAudit(run, customerIds, input.customerId);
      const redirectUrl = checkRedirectUrl(input.redirectUrl, links, caller.request.ownOrigins);
      const forwardUrl = checkForwardUrl(input.forwardUrl, links);
      const idempotencyKey = this.#scopedKey(run, caller, customerId, input.idempotencyKey);
      const { session, replayed } = await gateway.createPortalSession(
        { customerId, redirectUrl, forwardUrl, idempotencyKey },
        run.upstream,
      );
      run.addToAudit({ session: session.id, replayed });
      return replayed ? refreshReplayedSession(session, gateway, run.upstream) : session;
    });
  }

  logoutPortalSession(caller: Caller, id: string): Promise<ChargebeePortalSession> {
    return this.#run('logoutPortalSession', caller, async (run, customerIds) => {
      const { gateway } = this.#options;
      checkSessionId(id);
      run.addToAudit({ session: isSessionId(id) ? id : beginningOf(id) });
      const session =
        customerIds.length > 0 && (await gateway.retrievePortalSession(id, run.upstream));
      if (!session || !customerIds.includes(session.customer_id)) {
        // The same error as for an unknown id, so that nobody learns which ids exist.
        throw sessionNotFound();
      }
      run.addToAudit({ session: id, customer: session.customer_id });
      if (session.status === 'logged_out') return session;
      return gateway.logoutPortalSession({ id, customerId: session.customer_id }, run.upstream);
    });
  }

  createManagePaymentSourcesPage(
    caller: Caller,
    input: CreateManagePaymentSourcesPageInput,
  ): Promise<ChargebeeHostedPage> {
    return this.#run('createManagePaymentSourcesPage', caller, async (run, customerIds) => {
      const { gateway, links } = this.#options;
      const customerId = chooseAndAudit(run, customerIds, input.customerId);
      const redirectUrl = checkRedirectUrl(input.redirectUrl, links, caller.request.ownOrigins);
      const idempotencyKey = this.#scopedKey(run, caller, customerId, input.idempotencyKey);
      const { page, replayed } = await gateway.createManagePaymentSourcesPage(
        { customerId, redirectUrl, idempotencyKey },
        run.upstream,
      );
      run.addToAudit({ page: beginningOf(page.id), replayed });
      return replayed ? refreshReplayedPage(page, customerId, gateway, run.upstream) : page;
    });
  }

  /** Rejects all further operations. Resolves when none is in flight. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#inFlight.idle();
    this.#options.rateLimitLog.flush();
  }

  /** Runs an operation: checks the user's limit, finds the user's customers, then does the work. */
  async #run<Result>(
    operation: string,
    caller: Caller,
    work: (run: OperationRun, customerIds: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    const { limitUser, resolveCustomerIds, issuerOf } = this.#options;
    const run = new OperationRun(operation, caller, this.#options);
    const issuer = issuerOf(caller.user);
    if (issuer !== undefined) run.addToAudit({ issuer });
    this.#inFlight.begin();
    try {
      return await run.execute(async () => {
        if (this.#closed) throw serverClosed();
        await limitUser(this.#userKeyOf(caller.user));
        return work(run, await resolveCustomerIds(caller.user));
      });
    } finally {
      this.#inFlight.end();
    }
  }

  /** Returns what limits and idempotency keys are kept by: different for any two users. */
  #userKeyOf(user: PortalUser): string {
    const issuer = this.#options.issuerOf(user);
    return issuer === undefined ? user.id : JSON.stringify([user.id, issuer]);
  }

  #scopedKey(
    run: OperationRun,
    caller: Caller,
    customerId: string,
    key: string | null | undefined,
  ): string | undefined {
    if (key == null) return undefined;
    checkIdempotencyKey(key);
    return this.#options.scopeIdempotencyKey({
      userKey: this.#userKeyOf(caller.user),
      customerId,
      operation: run.operation,
      key,
    });
  }
}

/** Returns whether an id looks like one of a session. Others may be a token, which a caller has given by mistake. */
function isSessionId(id: string): boolean {
  return id.startsWith('portal_');
}

/** Returns the beginning of an id, by which a person can recognize it, but nobody can guess the rest. */
function beginningOf(id: string): string {
  return `${id.slice(0, 8)}…`;
}

/** Chooses the customer, and adds it to the audit line, even if the caller may not act for it. */
function chooseAndAudit(
  run: OperationRun,
  customerIds: readonly string[],
  requestedId: string | null | undefined,
): string {
  if (requestedId != null && !customerIds.includes(requestedId))
    run.addToAudit({ asked: requestedId.slice(0, MAX_CUSTOMER_ID_LENGTH) });
  const customer = chooseCustomer(customerIds, requestedId);
  run.addToAudit({ customer });
  return customer;
}
