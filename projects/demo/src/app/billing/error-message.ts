import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { PortalError } from 'ngx-chargebee-portal';
import { explain } from './explain';

/** Tells what went wrong and what to do next. */
@Component({
  selector: 'demo-error-message',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p role="alert" class="notice">
      <strong>{{ text().title }}</strong>
      <span>{{ text().next }}</span>
    </p>
  `,
})
export class ErrorMessage {
  readonly error = input.required<PortalError>();
  protected readonly text = computed(() => explain(this.error()));
}
