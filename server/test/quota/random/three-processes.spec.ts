import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('three processes', { atMost: 3, scales: false, processes: true });
