// Runs the library's specs in headless Chromium, the one CHROME_BIN names, and holds their coverage to the figures below.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

// The launcher reads CHROME_BIN.
if (process.env.CHROME_HEADLESS_BIN) process.env.CHROME_BIN = process.env.CHROME_HEADLESS_BIN;

module.exports = (config) => {
  config.set({
    frameworks: ['jasmine'],
    plugins: [
      require('karma-jasmine'),
      require('karma-chrome-launcher'),
      require('karma-coverage'),
      { 'reporter:suite': ['value', suiteReporter()] },
    ],
    reporters: ['suite', 'coverage'],
    customLaunchers: {
      ChromeHeadlessNoSandbox: {
        base: 'ChromeHeadless',
        flags: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          '--disable-background-networking',
        ],
      },
    },
    // The library's own retries take seconds, and a busy machine may take long: to start a browser, too.
    client: { jasmine: { timeoutInterval: 30_000 } },
    captureTimeout: 180_000,
    browserDisconnectTimeout: 60_000,
    browserNoActivityTimeout: 180_000,
    // By default the browser has 5 seconds to answer a ping, or the connection is closed, and what is being sent is lost.
    // The coverage that it sends with its last message alone can take as long.
    pingTimeout: 120_000,
    coverageReporter: {
      dir: join(__dirname, '../../coverage/ngx-chargebee-portal'),
      subdir: '.',
      reporters: [{ type: 'text' }, { type: 'html' }],
      check: { global: { lines: 95, branches: 90 } },
    },
  });
};

/**
 * A reporter that prints failures, and skips with their reasons, and leaves the counts in the file that SUITE_RESULTS
 * names. Karma binds the enumerable `on…` methods of an object, so it is no class.
 */
function suiteReporter() {
  const counts = { passed: 0, failed: 0, skipped: [], failures: [] };
  const print = (text) => process.stdout.write(`${text}\n`);
  const fail = (failure) => {
    counts.failed += 1;
    counts.failures.push(failure);
    print(`\nFAILED ${failure}`);
  };
  return {
    adapters: [],
    onSpecComplete(_browser, { success, skipped, suite, description, log, pendingReason }) {
      const name = [...suite, description].join(' ');
      if (skipped) counts.skipped.push(`${name}: ${pendingReason || 'no reason given'}`);
      else if (success) counts.passed += 1;
      else fail(`${name}\n${log.join('\n')}`);
    },
    onBrowserError(_browser, error) {
      fail(`outside any spec\n${error.message ?? JSON.stringify(error)}`);
    },
    onBrowserLog(_browser, log, type) {
      // Expected: specs make the script fail to load, and openings fail, on purpose.
      if (/chargebee\.js could not be loaded from|ngx-chargebee-portal failed with/.test(log))
        return;
      print(`${type}: ${log}`);
    },
    onRunComplete() {
      for (const line of counts.skipped) print(`SKIPPED ${line}`);
      const { passed, failed, skipped } = counts;
      print(`\n${passed} specs passed, ${failed} failed, ${skipped.length} skipped`);
      if (process.env.SUITE_RESULTS) {
        writeFileSync(process.env.SUITE_RESULTS, JSON.stringify(counts));
      }
    },
  };
}
