// Loaded before the specs, in each worker process.
/* global jasmine */
import cluster from 'node:cluster';

// Long, because tests are slow while other suites run in parallel; a test that hangs still fails.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 300_000;

// Jasmine's parallel workers are cluster workers, in which servers that listen on port 0 share one port across workers.
// Each worker needs its own ports, so make Node treat it as a primary process.
Object.defineProperty(cluster, 'isPrimary', { value: true });

// Jasmine only disconnects its workers. An open server or browser would keep one running.
process.once('disconnect', () => process.exit());
