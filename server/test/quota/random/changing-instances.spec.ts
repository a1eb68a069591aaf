import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('a changing number of instances', { maxInstances: 4, scales: true });
