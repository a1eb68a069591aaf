// Runs the demo's specs as the library's are run.
const asTheLibrary = require('../ngx-chargebee-portal/karma.conf.cjs');

module.exports = (config) => {
  asTheLibrary(config);
  config.set({ reporters: ['suite'], coverageReporter: { reporters: [{ type: 'text-summary' }] } });
};
