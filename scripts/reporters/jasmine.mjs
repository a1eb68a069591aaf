// A Jasmine reporter, which Karma uses through karma.mjs. Prints failures and the reasons of skipped specs, and writes the
// counts to the file that SUITE_RESULTS names; `npm test` adds up the counts of all suites.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

export default class SuiteReporter {
  #passed = 0;
  #skipped = [];
  /** The title of each failed spec, and its errors. */
  #failures = [];
  #startedAt = Date.now();
  /** @type {import('node:cluster').Worker[]} */
  #workers = [];
  /** The total duration of each spec file's specs, in seconds. */
  #durations = new Map();
  /** Jasmine requires this of reporters in parallel mode. */
  reporterCapabilities = { parallel: true };

  jasmineStarted({ totalSpecsDefined, order }) {
    this.#workers = Object.values(cluster.workers ?? {});
    // In parallel mode the number of specs is unknown, and each worker has its own seed.
    if (totalSpecsDefined === undefined) return;
    const seed = order?.random ? `, seed ${order.seed}` : '';
    console.log(`${totalSpecsDefined} specs${seed}`);
  }

  specDone(spec) {
    const seconds = (spec.duration ?? 0) / 1000;
    this.#durations.set(spec.filename, (this.#durations.get(spec.filename) ?? 0) + seconds);
    if (spec.status === 'passed') this.#passed += 1;
    else if (spec.status === 'failed') {
      const errors = spec.failedExpectations.map(({ message, stack }) => `  ${message}\n${stack}`);
      this.#fail([spec.fullName, ...errors].join('\n'));
    } else if (spec.status !== 'excluded' || !spec.fullName) {
      this.#skipped.push(`${spec.fullName}: ${spec.pendingReason || 'no reason given'}`);
    } else {
      this.#skipped.push(`${spec.fullName}: ${spec.pendingReason || 'switched off in the code'}`);
    }
  }

  suiteDone(suite) {
    this.#countGlobalFailures(suite);
  }

  async jasmineDone(result) {
    await this.#waitForWorkers();
    this.#countGlobalFailures(result);
    if (result.overallStatus === 'incomplete') {
      this.#fail(result.incompleteReason);
    }
    for (const line of this.#skipped) console.log(`SKIPPED ${line}`);
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    console.log(
      `\n${this.#passed} specs passed, ${this.#failures.length} failed, ${this.#skipped.length} skipped in ${seconds} s`,
    );
    this.#printSlowestFiles();
    if (process.env.SUITE_RESULTS) {
      const counts = {
        passed: this.#passed,
        failed: this.#failures.length,
        skipped: this.#skipped,
        failures: this.#failures,
      };
      writeFileSync(process.env.SUITE_RESULTS, JSON.stringify(counts));
    }
  }

  #fail(failure) {
    this.#failures.push(failure);
    console.log(`\nFAILED ${failure}`);
  }

  /** Jasmine exits once its workers are disconnected, but they may still be writing their coverage. */
  async #waitForWorkers() {
    const signal = AbortSignal.timeout(60_000);
    const running = this.#workers.filter((worker) => !worker.isDead());
    await Promise.all(running.map((worker) => once(worker, 'exit', { signal })));
  }

  /** Shows which files to speed up when the suite is slow. */
  #printSlowestFiles() {
    const slowest = [...this.#durations].sort(([, a], [, b]) => b - a).slice(0, 5);
    const names = slowest.map(
      ([file, seconds]) => `${relative(process.cwd(), file)} ${seconds.toFixed(1)} s`,
    );
    console.log(`The slowest files: ${names.join(', ')}`);
  }

  #countGlobalFailures({ failedExpectations = [], fullName = 'outside any spec' }) {
    for (const { message, stack } of failedExpectations) {
      this.#fail(`${fullName}\n  ${stack || message}`);
    }
  }
}
