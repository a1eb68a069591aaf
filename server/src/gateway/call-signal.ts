import { EventEmitter } from 'node:events';
import type { UpstreamError } from './upstream-error.js';

/**
 * Tells one call to stop. undici takes an emitter as well as an `AbortSignal`, and an emitter costs next to nothing to
 * make, which every call does.
 */
export class CallSignal extends EventEmitter<{ abort: [] }> {
  /** Why the call has to stop; undefined while it may go on. undici rejects with it. */
  reason: UpstreamError | undefined;

  get aborted(): boolean {
    return this.reason !== undefined;
  }

  abort(reason: UpstreamError): void {
    if (this.reason === undefined) {
      this.reason = reason;
      this.emit('abort');
    }
  }
}
