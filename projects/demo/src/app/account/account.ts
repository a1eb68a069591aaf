import { computed, inject, Injectable, linkedSignal, signal } from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import { Apollo, type QueryRef } from 'apollo-angular';
import { EMPTY, switchMap } from 'rxjs';
import { Auth } from '../auth/auth';
import { ViewerQuery, type ViewerData } from './viewer';

interface AccountState {
  readonly status: 'signed-out' | 'loading' | 'ready' | 'failed';
  readonly customerIds: readonly string[];
  /** How often the data has been read since the user signed in, and when it was last. */
  readonly reads: number;
  readonly readAt: Date | null;
}

const signedOut: AccountState = { status: 'signed-out', customerIds: [], reads: 0, readAt: null };

/** The billing accounts of the user who is signed in, as the backend tells, and the one that is chosen. */
@Injectable({ providedIn: 'root' })
export class Account {
  readonly #apollo = inject(Apollo);
  readonly #viewer = inject(ViewerQuery);
  readonly #state = signal(signedOut);
  #query: QueryRef<ViewerData> | null = null;

  readonly state = this.#state.asReadonly();
  readonly #customerIds = computed(() => this.#state().customerIds);

  /** The customer whose billing is shown: the first, until another is chosen. */
  readonly customerId = linkedSignal<readonly string[], string | undefined>({
    source: this.#customerIds,
    computation: (ids, previous) =>
      previous?.value && ids.includes(previous.value) ? previous.value : ids[0],
  });

  constructor() {
    toObservable(inject(Auth).userId)
      .pipe(
        switchMap((userId) => {
          this.#query = null;
          this.#state.set(signedOut);
          return userId === null ? EMPTY : this.#read();
        }),
        takeUntilDestroyed(),
      )
      .subscribe(({ data, error, loading }) => {
        if (loading) return;
        const viewer = error ? undefined : (data as ViewerData | undefined)?.viewer;
        this.#state.update(({ reads, customerIds }) => ({
          status: viewer ? 'ready' : 'failed',
          customerIds: viewer?.customerIds ?? customerIds,
          reads: reads + 1,
          readAt: new Date(),
        }));
      });
  }

  /** Reads the data again. */
  async reload(): Promise<void> {
    await this.#query?.refetch().catch(() => undefined);
  }

  /** Forgets what was read for the user. */
  async forget(): Promise<void> {
    await this.#apollo.client.clearStore();
  }

  #read() {
    this.#state.set({ ...signedOut, status: 'loading' });
    this.#query = this.#viewer.watch({ fetchPolicy: 'network-only' });
    return this.#query.valueChanges;
  }
}
