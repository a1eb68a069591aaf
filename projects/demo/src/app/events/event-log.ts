import { DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ChargebeePortalService, type PortalEvent } from 'ngx-chargebee-portal';

interface Entry {
  readonly id: number;
  readonly at: Date;
  readonly event: PortalEvent;
}

const entriesShown = 50;

/** What the portal has told the app, newest first. */
@Component({
  selector: 'demo-event-log',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DatePipe],
  templateUrl: './event-log.html',
  styleUrl: './event-log.css',
})
export class EventLog {
  protected readonly entries = signal<readonly Entry[]>([]);
  #count = 0;

  constructor() {
    inject(ChargebeePortalService)
      .events.pipe(takeUntilDestroyed())
      .subscribe((event) => {
        const entry = { id: this.#count++, at: new Date(), event };
        this.entries.update((entries) => [entry, ...entries].slice(0, entriesShown));
      });
  }

  /** What an event carries besides its type. */
  protected detailOf(event: PortalEvent): string {
    if ('subscription' in event) return event.subscription.id;
    if ('sectionType' in event) return event.sectionType;
    if ('step' in event) return event.step;
    return 'status' in event ? (event.status ?? '') : '';
  }
}
