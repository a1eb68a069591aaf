import type {
  PortalError,
  PortalStatus,
  ɵOpenerCallbacks as OpenerCallbacks,
  ɵPortalKey as PortalKey,
} from 'ngx-chargebee-portal';

/** The state of a fake portal, and the promise that `open()` has returned for it. */
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
