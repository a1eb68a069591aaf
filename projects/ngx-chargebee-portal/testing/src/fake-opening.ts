import type {
  PortalError,
  PortalStatus,
  ɵOpenerCallbacks as OpenerCallbacks,
  ɵPortalKey as PortalKey,
} from 'ngx-chargebee-portal';

/** A portal that is opening or open, and the promise of the code that opened it. */
export class FakeOpening {
  status: PortalStatus = 'opening';
  resolve!: () => void;
  reject!: (error: PortalError) => void;
  readonly shown = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(
    public key: PortalKey,
    readonly callbacks: OpenerCallbacks,
  ) {}
}
