import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('instances that are configured with different limits', {
  maxInstances: 3,
  scales: true,
  haveDifferentLimits: true,
});
