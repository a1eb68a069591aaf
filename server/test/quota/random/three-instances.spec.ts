import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('three instances', { maxInstances: 3, scales: false });
