import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('a changing number of instances', { atMost: 4, scales: true });
