import type { Clock } from '../clock.js';
import { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import { Customers } from './customers.js';
import { EventLog } from './events.js';
import type { StoreEvent } from './events.js';
import { HostedPages } from './hosted-pages.js';
import { renderInvoicePdf } from './invoice-pdf.js';
import { Invoices } from './invoices.js';
import { PaymentSources } from './payment-sources.js';
import { PortalSessions } from './portal-sessions.js';
import { Subscriptions } from './subscriptions.js';
import { createTables } from './tables.js';
import type { Snapshot, Tables } from './tables.js';

export interface StoreOptions {
  clock: Clock;
  /** The emulator's own origin, without a slash at the end. */
  publicUrl: () => string;
  /** Called after every write. */
  onWrite?: () => void;
}

/** The site's state, and all that the API and the portal's pages do to it. */
export class Store {
  readonly events: EventLog;
  readonly catalogue: Catalogue;
  readonly customers: Customers;
  readonly paymentSources: PaymentSources;
  readonly invoices: Invoices;
  readonly subscriptions: Subscriptions;
  readonly portalSessions: PortalSessions;
  readonly hostedPages: HostedPages;
  /** What is kept, as it is; for the seed and for saving. */
  readonly tables: Tables;
  readonly #clock: Clock;
  #settledAt?: number;

  constructor({ clock, publicUrl, onWrite = () => undefined }: StoreOptions) {
    this.#clock = clock;
    this.events = new EventLog(() => clock.now());
    this.tables = createTables(clock, onWrite);
    const core: StoreCore = { tables: this.tables, clock, events: this.events, publicUrl };
    this.catalogue = new Catalogue(core);
    this.customers = new Customers(core);
    this.paymentSources = new PaymentSources(core);
    this.invoices = new Invoices(core, this.paymentSources);
    this.subscriptions = new Subscriptions(core, this.catalogue, this.invoices);
    this.portalSessions = new PortalSessions(core);
    this.hostedPages = new HostedPages(core);
  }

  /** Lets everything happen that time has brought about: renewals, expiries, ends. Cheap when called again in the same second. */
  runDueChanges(): void {
    const now = this.#clock.now();
    if (now === this.#settledAt) return;
    this.#settledAt = now;
    this.paymentSources.runDueChanges();
    this.subscriptions.runDueChanges();
    this.portalSessions.runDueChanges();
  }

  /** @throws ChargebeeError `resource_not_found` */
  invoicePdf(id: string): Promise<Buffer> {
    const invoice = this.invoices.retrieve(id);
    return renderInvoicePdf(invoice, this.customers.retrieve(invoice.customer_id));
  }

  snapshot(): Snapshot {
    const tables = Object.entries<{ dump(): unknown[] }>({ ...this.tables });
    return Object.fromEntries(
      tables.map(([name, table]) => [name, table.dump()]),
    ) as unknown as Snapshot;
  }

  /** Puts a snapshot, and the events that led to it, in place of all there is. Tables that it does not name become empty. */
  restore(snapshot: Partial<Snapshot>, events: readonly StoreEvent[] = []): void {
    for (const name of Object.keys(this.tables) as (keyof Tables)[]) {
      const table: { restore(items: readonly unknown[]): void } = this.tables[name];
      table.restore(snapshot[name] ?? []);
    }
    this.events.restore(events);
    this.invoices.forgetNumber();
    this.#settledAt = undefined;
  }
}
