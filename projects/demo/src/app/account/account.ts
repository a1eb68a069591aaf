import { isPlatformBrowser } from '@angular/common';
import {
  computed,
  DestroyRef,
  inject,
  Injectable,
  linkedSignal,
  PLATFORM_ID,
  signal,
} from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import { CombinedGraphQLErrors } from '@apollo/client';
import { Apollo, type QueryRef } from 'apollo-angular';
import { ChargebeePortalService, type PortalEvent } from 'ngx-chargebee-portal';
import { catchError, EMPTY, merge, switchMap, tap, type Observable } from 'rxjs';
import { Auth } from '../auth/auth';
import { AccountChanged, MeQuery, type BillingAccount, type MeData } from './me';

interface AccountState {
  readonly status: 'signed-out' | 'loading' | 'ready' | 'expired' | 'failed';
  readonly accounts: readonly BillingAccount[];
}

const signedOut: AccountState = { status: 'signed-out', accounts: [] };

/** How long the page shows that it is updating if no change arrives. */
const UPDATING_MS = 15_000;
/**
 * A portal event that comes within this time after the page has shown a change is about that change: Chargebee's webhook can be
 * faster than the portal's event.
 */
const JUST_CHANGED_MS = 3_000;

/** The billing accounts of the signed-in user, from the merchant's API, and the selected one. */
@Injectable({ providedIn: 'root' })
export class Account {
  readonly #apollo = inject(Apollo);
  readonly #me = inject(MeQuery);
  readonly #changed = inject(AccountChanged);
  readonly #token = toObservable(inject(Auth).token);
  readonly #isBrowser = isPlatformBrowser(inject(PLATFORM_ID));
  readonly #state = signal(signedOut);
  readonly #isUpdating = signal(false);
  #query: QueryRef<MeData> | null = null;
  #updatingTimer: ReturnType<typeof setTimeout> | undefined;
  #changedAt = 0;

  readonly state = this.#state.asReadonly();
  /** Whether the user has changed something in the portal that the page does not show yet. */
  readonly isUpdating = this.#isUpdating.asReadonly();

  /** The selected account; by default the first. */
  readonly customerId = linkedSignal<readonly string[], string | undefined>({
    source: computed(() => this.#state().accounts.map(({ id }) => id)),
    computation: (ids, previous) =>
      previous?.value && ids.includes(previous.value) ? previous.value : ids[0],
  });
  readonly current = computed(() =>
    this.#state().accounts.find(({ id }) => id === this.customerId()),
  );

  constructor() {
    toObservable(inject(Auth).userId)
      .pipe(
        switchMap((userId) => {
          this.#query = null;
          this.#setUpdating(false);
          this.#state.set(signedOut);
          return userId === null ? EMPTY : merge(this.#fetch(), this.#subscribeToChanges());
        }),
        takeUntilDestroyed(),
      )
      .subscribe();
    inject(ChargebeePortalService)
      .events.pipe(takeUntilDestroyed())
      .subscribe((event) => this.#onPortalEvent(event));
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#updatingTimer));
  }

  /** Fetches the accounts again. */
  async reload(): Promise<void> {
    await this.#query?.refetch().catch(() => undefined);
  }

  /** Clears the cached data of the user who has signed out. */
  async clearCache(): Promise<void> {
    await this.#apollo.client.clearStore();
  }

  #fetch(): Observable<unknown> {
    this.#state.set({ ...signedOut, status: 'loading' });
    this.#query = this.#me.watch({ fetchPolicy: 'network-only' });
    return this.#query.valueChanges.pipe(
      tap(({ data, error, loading }) => {
        if (!loading) this.#showResult(error ? undefined : (data as MeData | undefined), error);
      }),
    );
  }

  #showResult(data: MeData | undefined, error: unknown): void {
    const before = this.#state();
    if (!data?.me) {
      this.#state.set({ ...before, status: isUnauthenticated(error) ? 'expired' : 'failed' });
      return;
    }
    const hasChanged = JSON.stringify(before.accounts) !== JSON.stringify(data.me.accounts);
    if (hasChanged && before.status === 'ready') {
      this.#changedAt = Date.now();
      this.#setUpdating(false);
    }
    this.#state.set({ status: 'ready', accounts: data.me.accounts });
  }

  /**
   * Subscribes to changes, with each new token again, because the merchant's API ends a subscription with its token. If that fails,
   * `withRefetch` in app.config.ts still fetches them.
   */
  #subscribeToChanges(): Observable<unknown> {
    if (!this.#isBrowser) return EMPTY;
    return this.#token.pipe(
      switchMap((token) =>
        token === null ? EMPTY : this.#changed.subscribe().pipe(catchError(() => EMPTY)),
      ),
    );
  }

  #onPortalEvent({ type }: PortalEvent): void {
    const isChange = /^(subscription|paymentSource|scheduled)/.test(type);
    if (isChange && Date.now() - this.#changedAt > JUST_CHANGED_MS) this.#setUpdating(true);
  }

  #setUpdating(isUpdating: boolean): void {
    clearTimeout(this.#updatingTimer);
    this.#isUpdating.set(isUpdating);
    if (isUpdating) {
      this.#updatingTimer = setTimeout(() => this.#isUpdating.set(false), UPDATING_MS);
    }
  }
}

const isUnauthenticated = (error: unknown): boolean =>
  CombinedGraphQLErrors.is(error) &&
  error.errors.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED');
