import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What an operator asks of the server, counted for Prometheus. */
export class PortalMetrics {
  readonly registry = new Registry();
  readonly #operations = new Histogram({
    name: 'portal_operation_duration_seconds',
    help: 'How long operations took, by outcome: OK or an error code of the contract.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #attempts = new Histogram({
    name: 'chargebee_request_duration_seconds',
    help: 'How long single calls to Chargebee took, retries counted each, by outcome.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #requests = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered, by route and status.',
    labelNames: ['route', 'status'],
    registers: [this.registry],
  });

  /** Adds what the process itself uses: memory, CPU, event loop lag. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  observeOperation(operation: string, outcome: string, milliseconds: number): void {
    this.#operations.observe({ operation, outcome }, milliseconds / 1000);
  }

  observeAttempt(operation: string, outcome: string, milliseconds: number): void {
    this.#attempts.observe({ operation, outcome }, milliseconds / 1000);
  }

  countRequest(route: string, status: number): void {
    this.#requests.inc({ route, status });
  }
}
