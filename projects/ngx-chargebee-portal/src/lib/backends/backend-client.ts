import { firstValueFrom, from } from 'rxjs';
import { toPortalError } from './backend-error';
import type {
  ManagePaymentSourcesPage,
  PortalBackend,
  PortalRequest,
  PortalSession,
} from './portal-backend';
import type { PortalKey } from '../portal-key';
import { PortalError } from '../portal-error';

/** Asks the backend: one idempotency key for each gesture, every failure a `PortalError`, every answer checked. */
export class BackendClient {
  constructor(
    private readonly backend: PortalBackend,
    private readonly redirectUrl: () => string,
    private readonly run: <T>(task: () => T) => T,
  ) {}

  readonly session = (key: PortalKey): Promise<PortalSession> =>
    this.#answer(async () => {
      const request = this.#request(key);
      const session = await firstValueFrom(from(this.backend.createSession(request)));
      check(session?.token && session.accessUrl);
      check(!key.customerId || session.customerId === key.customerId);
      return session;
    });

  readonly paymentSourcesPage = (key: PortalKey): Promise<ManagePaymentSourcesPage> =>
    this.#answer(async () => {
      if (!this.backend.createPaymentSourcesPage) {
        throw new PortalError('NOT_CONFIGURED', 'The backend has no createPaymentSourcesPage().');
      }
      const answer = this.backend.createPaymentSourcesPage(this.#request(key));
      const page = await firstValueFrom(from(answer));
      check(page?.url);
      return page;
    });

  logout(id: string): Promise<unknown> {
    return this.#answer(async () => {
      const answer = this.backend.logoutSession?.(id);
      return answer && firstValueFrom(from(answer), { defaultValue: undefined });
    });
  }

  #request({ customerId }: PortalKey): PortalRequest {
    // Without a secure context there is no randomUUID, and the key is optional.
    const idempotencyKey = (crypto as Partial<Crypto>).randomUUID?.();
    return { customerId, redirectUrl: this.redirectUrl(), idempotencyKey };
  }

  async #answer<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await this.run(ask);
    } catch (error) {
      throw toPortalError(error);
    }
  }
}

function check(valid: unknown): asserts valid {
  if (!valid) {
    throw new PortalError('INVALID_RESPONSE', 'The backend answered without what was asked for.');
  }
}
