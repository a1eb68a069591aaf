// `npm run bench`: each figure as a ratio against its rival, measured in the same run on the same machine. With
// `-- --quick` each is measured so briefly that it only shows that the benchmarks run: the figures mean nothing.
import { buildStale, rooms } from '../scripts/lib/rooms.mjs';
import { measureClick } from './click.mjs';
import { measureServer } from './server.mjs';

const quick = process.argv.includes('--quick');
await buildStale(Object.keys(rooms).filter((name) => name !== 'demo-ngmodule'));

console.log('Click to portal (in turn after a warm-up, the median):');
console.table(await measureClick(quick ? 1 : 15));
console.log('Portal sessions per second on one core (rounds in turn after a warm-up, the median):');
console.table(
  await measureServer(
    quick
      ? { rounds: 1, warmUpSeconds: 1, roundSeconds: 1 }
      : // Express needs some ten seconds of load before its figure is steady.
        { rounds: 7, warmUpSeconds: 10, roundSeconds: 3 },
  ),
);
