import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('up to three instances that each have a part of their own', {
  atMost: 3,
  scales: true,
  declared: true,
});
