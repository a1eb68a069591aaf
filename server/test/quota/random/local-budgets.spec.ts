import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('up to three instances that each have a local budget', {
  maxInstances: 3,
  scales: true,
  haveLocalBudgets: true,
});
