import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import type { PortalError } from 'ngx-chargebee-portal';
import { explain } from './explain';

/** Shows what went wrong and what to do next, with a button if the page can do it. */
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
  /** False hides the button, for example when nobody is signed in. */
  readonly canRetry = input(true);
  readonly retry = output();
  protected readonly text = computed(() => explain(this.error()));
}
