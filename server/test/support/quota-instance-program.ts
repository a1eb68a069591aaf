import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startInstance, type QuotaInstanceOptions } from './quota-instance.js';

/**
 * A process that is one instance. It starts with the options that come as one line on its standard input, so that it can
 * be made ready before it is needed. It stops on SIGTERM.
 */
const [line] = (await once(createInterface(process.stdin), 'line')) as [string];
const instance = startInstance(JSON.parse(line) as QuotaInstanceOptions);
process.on('SIGTERM', () => void instance.stop().then(() => process.exit(0)));
