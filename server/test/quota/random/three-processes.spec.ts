import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('three processes', { maxInstances: 3, scales: false, processes: true });
