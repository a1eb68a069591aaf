// `npm run bench`: each figure as a ratio against its rival, measured in the same run on the same machine.
import { measureServer } from './server.mjs';

console.log('Portal sessions per second on one core (rounds in turn after a warm-up, the median):');
console.table(await measureServer());
