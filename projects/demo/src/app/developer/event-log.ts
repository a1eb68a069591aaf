import { DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import { ChargebeePortalService, type PortalEvent } from 'ngx-chargebee-portal';
import { Auth } from '../auth/auth';

interface Entry {
  readonly id: number;
  readonly at: Date;
  readonly event: PortalEvent;
}

const entriesShown = 50;

/** Shows the portal's events, newest first. The log is cleared when the user changes. */
@Component({
  selector: 'demo-event-log',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DatePipe],
  template: `
    <ol aria-label="Portal events">
      @for (entry of entries(); track entry.id) {
        <li>
          <time [attr.datetime]="entry.at.toISOString()">{{ entry.at | date: 'HH:mm:ss' }}</time>
          <code>{{ entry.event.type }}</code>
          <span>{{ detailOf(entry.event) }}</span>
        </li>
      }
    </ol>
    @if (!entries().length) {
      <p>What happens in the portal shows here, as it happens.</p>
    }
  `,
  styleUrl: './event-log.css',
})
export class EventLog {
  protected readonly entries = signal<readonly Entry[]>([]);
  #count = 0;

  constructor() {
    toObservable(inject(Auth).userId)
      .pipe(takeUntilDestroyed())
      .subscribe(() => this.entries.set([]));
    inject(ChargebeePortalService)
      .events.pipe(takeUntilDestroyed())
      .subscribe((event) => {
        const entry = { id: this.#count++, at: new Date(), event };
        this.entries.update((entries) => [entry, ...entries].slice(0, entriesShown));
      });
  }

  /** Returns the data of an event. */
  protected detailOf(event: PortalEvent): string {
    if ('subscription' in event) return event.subscription.id;
    if ('sectionType' in event) return event.sectionType;
    if ('step' in event) return event.step;
    return 'status' in event ? (event.status ?? '') : '';
  }
}
