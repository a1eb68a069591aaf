// Loaded before the specs, in each process that runs some of them.
/* global jasmine */
import cluster from 'node:cluster';

// Machines that build and test are busy: a long timeout still tells a test that hangs from one that is slow.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 300_000;

// Jasmine's parallel workers are cluster workers. In these, Node gives a server that listens on port 0 the port of its
// sibling in another worker and shares the connections between them; each worker needs ports of its own.
Object.defineProperty(cluster, 'isPrimary', { value: true });

// Jasmine only disconnects its workers. One that has a server or a browser would go on running.
process.once('disconnect', () => process.exit());
