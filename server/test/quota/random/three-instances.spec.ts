import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('three instances', { atMost: 3, scales: false });
