import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import type { PortalError } from 'ngx-chargebee-portal';
import { explain } from './explain';

/** Says what went wrong and what to do next, with a button that does it where there is one. */
@Component({
  selector: 'demo-error-message',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p role="alert" class="notice">
      <strong>{{ text().title }}</strong>
      <span>{{ text().next }}</span>
      @if (canRetry() && text().retry; as label) {
        <button type="button" class="quiet" (click)="retry.emit()">{{ label }}</button>
      }
    </p>
  `,
})
export class ErrorMessage {
  readonly error = input.required<PortalError>();
  /** Whether there is somebody to try again for. */
  readonly canRetry = input(true);
  readonly retry = output();
  protected readonly text = computed(() => explain(this.error()));
}
