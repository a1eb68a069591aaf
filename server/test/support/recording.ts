import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RULES = fileURLToPath(new URL('../../../deploy/prometheus/alerts.yml', import.meta.url));

/** The metrics that the rules use. promtool takes longer with others, too. */
const ALERTED = new Set((await readFile(RULES, 'utf8')).match(/\w+/g));

/** The interval between two scrapes in the recorded series. The tests do not wait for it. */
export const INTERVAL_SECONDS = 15;
export const HEALTHY_SCRAPES = 8;
export const OUTAGE_SCRAPES = 32;
/** The scrapes after which the alerts are read: at the end of the healthy ones, and at the end of the outage. */
export const BEFORE_AND_AFTER = [HEALTHY_SCRAPES, HEALTHY_SCRAPES + OUTAGE_SCRAPES];

/** The samples of one scrape, by series. */
type Scrape = Map<string, string>;

/** Records a server's metrics, as Prometheus would scrape them, and evaluates the alert rules on the recorded series. */
export class Recording {
  readonly scrapes: Scrape[] = [];
  readonly #metricsUrl: string;

  constructor({ metricsUrl }: { metricsUrl: string }) {
    this.#metricsUrl = metricsUrl;
  }

  /** Sends a request before each of this many scrapes. */
  async record(scrapes: number, sendRequest: () => Promise<unknown>): Promise<void> {
    for (let scrape = 0; scrape < scrapes; scrape += 1) {
      await sendRequest();
      const text = await (await fetch(this.#metricsUrl)).text();
      const samples = text.split('\n').filter((line) => ALERTED.has(/^\w+/.exec(line)?.[0] ?? ''));
      this.scrapes.push(
        new Map(samples.map((line) => line.split(/ (?=\S+$)/) as [string, string])),
      );
    }
  }

  /** Adds another instance of the same deployment, which has answered ten requests before each scrape. */
  addHealthyInstance(): void {
    const instance = 'instance="healthy:9100"';
    const answered = {
      portal_operation_duration_seconds_count: `operation="createPortalSession",outcome="OK"`,
      http_requests_total: `route="/portal-session",status="200"`,
    };
    for (const [index, scrape] of this.scrapes.entries()) {
      for (const [name, labels] of Object.entries(answered)) {
        scrape.set(`${name}{${instance},${labels}}`, String(10 * index));
      }
      scrape.set(`chargebee_quota_requests_per_minute{${instance}}`, '1000');
      scrape.set(`chargebee_quota_remaining{${instance}}`, '900');
    }
  }

  /**
   * Returns the names of the alerts that fire after each of these numbers of scrapes, evaluated by promtool: once for all,
   * since it takes long to start.
   */
  async firingAfter(...counts: number[]): Promise<string[][]> {
    const names = new Set(this.scrapes.flatMap((scrape) => [...scrape.keys()]));
    const series = [...names].map((name) => ({
      series: name,
      values: this.scrapes.map((scrape) => scrape.get(name) ?? '_').join(' '),
    }));
    const test = {
      interval: `${INTERVAL_SECONDS}s`,
      input_series: series,
      promql_expr_test: counts.map((count) => ({
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: `${(count - 1) * INTERVAL_SECONDS}s`,
        // promtool prints a result only when it differs from the expected one.
        exp_samples: [{ labels: '{alertname="none"}', value: 1 }],
      })),
    };
    const folder = await mkdtemp(join(tmpdir(), 'portal-alerts-'));
    const file = join(folder, 'test.yml');
    await writeFile(
      file,
      JSON.stringify({
        rule_files: [RULES],
        evaluation_interval: `${INTERVAL_SECONDS}s`,
        tests: [test],
      }),
    );
    const { stdout, stderr } = await run('promtool', ['test', 'rules', file]).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    await rm(folder, { recursive: true });
    const results = [...`${stdout}${stderr}`.matchAll(/^ +got: *(.*)$/gm)];
    if (results.length !== counts.length) throw new Error(`promtool says: ${stdout}${stderr}`);
    return results.map(([line]) =>
      [...line.matchAll(/alertname="(\w+)/g)].map(([, name = '']) => name).sort(),
    );
  }
}

/** Describes specs that need promtool. Without it they are pending, with the reason. */
export function describeWithPromtool(title: string, defineSpecs: () => void): void {
  describe(title, () => {
    let hasPromtool: boolean;
    beforeAll(async () => {
      hasPromtool = await run('promtool', ['--version']).then(
        () => true,
        () => false,
      );
    });

    // Not in beforeAll, where Jasmine counts a pending() as a failure of every spec.
    beforeEach(() => {
      if (!hasPromtool) pending('there is no promtool: install prometheus');
    });

    defineSpecs();
  });
}
