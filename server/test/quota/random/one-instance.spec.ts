import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('one instance', { maxInstances: 1, scales: false });
