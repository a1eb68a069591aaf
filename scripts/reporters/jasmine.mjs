// A reporter for Jasmine's command line and, by karma.mjs, for Karma: prints failures and skips with their reasons,
// and leaves the counts in the file that SUITE_RESULTS names, from which `npm test` sums all suites.
import { writeFileSync } from 'node:fs';

export default class SuiteReporter {
  #passed = 0;
  #failed = 0;
  #skipped = [];
  #startedAt = Date.now();

  jasmineStarted({ totalSpecsDefined, order }) {
    const seed = order?.random ? `, seed ${order.seed}` : '';
    console.log(`${totalSpecsDefined} specs${seed}`);
  }

  specDone(spec) {
    if (spec.status === 'passed') this.#passed += 1;
    else if (spec.status === 'failed') {
      this.#failed += 1;
      console.log(`\nFAILED ${spec.fullName}`);
      for (const { message, stack } of spec.failedExpectations)
        console.log(`  ${message}\n${stack}`);
    } else if (spec.status !== 'excluded' || !spec.fullName) {
      this.#skipped.push(`${spec.fullName}: ${spec.pendingReason || 'no reason given'}`);
    } else {
      this.#skipped.push(`${spec.fullName}: ${spec.pendingReason || 'switched off in the code'}`);
    }
  }

  suiteDone(suite) {
    this.#countGlobalFailures(suite);
  }

  jasmineDone(result) {
    this.#countGlobalFailures(result);
    if (result.overallStatus === 'incomplete') {
      this.#failed += 1;
      console.log(`\nFAILED ${result.incompleteReason}`);
    }
    for (const line of this.#skipped) console.log(`SKIPPED ${line}`);
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    console.log(
      `\n${this.#passed} specs passed, ${this.#failed} failed, ${this.#skipped.length} skipped in ${seconds} s`,
    );
    if (process.env.SUITE_RESULTS) {
      const counts = { passed: this.#passed, failed: this.#failed, skipped: this.#skipped };
      writeFileSync(process.env.SUITE_RESULTS, JSON.stringify(counts));
    }
  }

  #countGlobalFailures({ failedExpectations = [], fullName = 'outside any spec' }) {
    for (const { message, stack } of failedExpectations) {
      this.#failed += 1;
      console.log(`\nFAILED ${fullName}\n  ${stack || message}`);
    }
  }
}
