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
  templateUrl: './event-log.html',
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
}
