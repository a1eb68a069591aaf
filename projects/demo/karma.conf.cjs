// The demo's specs run as the library's do.
const configureLibrary = require('../ngx-chargebee-portal/karma.conf.cjs');

module.exports = (config) => {
  configureLibrary(config);
  config.set({ reporters: ['suite'], coverageReporter: { reporters: [{ type: 'text-summary' }] } });
};
