// A Playwright reporter that writes the counts to the file that SUITE_RESULTS names; `npm test` adds up all suites' counts.
import { writeFileSync } from 'node:fs';

export default class SuiteReporter {
  #counts = { passed: 0, failed: 0, skipped: [], failures: [] };
  #root;

  onBegin(_config, suite) {
    this.#root = suite;
  }

  onEnd() {
    for (const test of this.#root?.allTests() ?? []) {
      const outcome = test.outcome();
      const title = test.titlePath().slice(2).join(' ');
      if (outcome === 'skipped') {
        const reason = test.annotations.find(({ type }) => type === 'skip')?.description;
        this.#counts.skipped.push(`${title}: ${reason ?? 'no reason given'}`);
      } else if (outcome === 'expected') this.#counts.passed += 1;
      else {
        this.#counts.failed += 1;
        const errors = test.results.flatMap((result) => result.errors);
        const messages = errors.map(({ message, snippet }) => `${message}\n${snippet ?? ''}`);
        this.#counts.failures.push([title, ...messages].join('\n'));
      }
    }
    if (process.env.SUITE_RESULTS)
      writeFileSync(process.env.SUITE_RESULTS, JSON.stringify(this.#counts));
  }
}
