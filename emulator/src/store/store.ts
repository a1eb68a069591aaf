import type { Clock } from '../clock.js';
import { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import { Checkouts } from './checkouts.js';
import { Customers } from './customers.js';
import { createContentReader } from './event-content.js';
import { Entitlements } from './entitlements.js';
import { Estimates } from './estimates.js';
import { withOrigin } from './event-origin.js';
import { EventLog } from './events.js';
import { HostedPages } from './hosted-pages.js';
import { renderInvoicePdf } from './invoice-pdf.js';
import { Invoices } from './invoices.js';
import { PaymentSources } from './payment-sources.js';
import { PortalSessions } from './portal-sessions.js';
import { createRehearsal } from './rehearsal.js';
import type { Rehearse } from './rehearsal.js';
import { Subscriptions } from './subscriptions.js';
import { createTables } from './tables.js';
import type { Snapshot, Tables, Write } from './tables.js';

export interface StoreOptions {
  clock: Clock;
  /** Returns the emulator's own origin, without a trailing slash. */
  publicUrl: () => string;
}

/** The site's state and the operations of the API and the portal on it. */
export class Store {
  readonly events: EventLog;
  readonly catalogue: Catalogue;
  readonly entitlements: Entitlements;
  readonly customers: Customers;
  readonly paymentSources: PaymentSources;
  readonly invoices: Invoices;
  readonly subscriptions: Subscriptions;
  readonly portalSessions: PortalSessions;
  readonly hostedPages: HostedPages;
  readonly estimates: Estimates;
  readonly checkouts: Checkouts;
  /** Runs an operation as a dry run: returns its result and undoes its writes. */
  readonly rehearse: Rehearse;
  /** The raw tables, for seeding and saving. */
  readonly tables: Tables;
  readonly #clock: Clock;
  readonly #writeListeners = new Set<(write: Write) => void>();
  #lastRunAt?: number;

  constructor({ clock, publicUrl }: StoreOptions) {
    this.#clock = clock;
    this.tables = createTables(clock, (write) =>
      this.#writeListeners.forEach((listener) => listener(write)),
    );
    this.events = new EventLog(this.tables.events, clock, createContentReader(this.tables));
    const core: StoreCore = { tables: this.tables, clock, events: this.events, publicUrl };
    this.catalogue = new Catalogue(core);
    this.entitlements = new Entitlements(core);
    this.customers = new Customers(core);
    this.paymentSources = new PaymentSources(core);
    this.invoices = new Invoices(core, this.paymentSources);
    this.subscriptions = new Subscriptions(core, this.catalogue, this.invoices);
    this.portalSessions = new PortalSessions(core);
    this.rehearse = createRehearsal(this.tables, this.events, this.invoices);
    this.estimates = new Estimates(
      core,
      this.rehearse,
      this.customers,
      this.invoices,
      this.subscriptions,
    );
    this.checkouts = new Checkouts(
      core,
      this.rehearse,
      this.customers,
      this.paymentSources,
      this.invoices,
      this.subscriptions,
      this.estimates,
    );
    this.hostedPages = new HostedPages(core, this.checkouts);
  }

  /** Applies all changes that are due: renewals, expiries, ends of sessions. Does nothing when called again within the same second. */
  runDueChanges(): void {
    const now = this.#clock.now();
    if (now === this.#lastRunAt) return;
    this.#lastRunAt = now;
    withOrigin({ source: 'scheduled_job' }, () => {
      this.paymentSources.runDueChanges();
      this.subscriptions.runDueChanges();
      this.portalSessions.runDueChanges();
    });
  }

  /** Calls `listener` after every write. Returns a function that unsubscribes it. */
  onWrite(listener: (write: Write) => void): () => void {
    this.#writeListeners.add(listener);
    return () => this.#writeListeners.delete(listener);
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

  /** Replaces all data with a snapshot. Tables that the snapshot lacks become empty. */
  restore(snapshot: Partial<Snapshot>): void {
    for (const name of Object.keys(this.tables) as (keyof Tables)[]) {
      const table: { restore(items: readonly unknown[]): void } = this.tables[name];
      table.restore(snapshot[name] ?? []);
    }
    this.invoices.resetNumbering();
    this.#lastRunAt = undefined;
  }
}
