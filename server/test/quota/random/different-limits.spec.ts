import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('instances that are configured with different limits', {
  atMost: 3,
  scales: true,
  haveDifferentLimits: true,
});
