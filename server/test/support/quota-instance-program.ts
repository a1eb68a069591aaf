import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startInstance, type QuotaInstanceOptions } from './quota-instance.js';

/**
 * The program of a quota instance in a process of its own. It waits for its options as one line of standard input, so that a
 * test can load it in advance. It stops on SIGTERM.
 */
const [line] = (await once(createInterface(process.stdin), 'line')) as [string];
const instance = startInstance(JSON.parse(line) as QuotaInstanceOptions);
process.on('SIGTERM', () => void instance.stop().then(() => process.exit(0)));
