import { describeRandomFaults } from '../../support/random-faults.js';

describeRandomFaults('one instance', { atMost: 1, scales: false });
