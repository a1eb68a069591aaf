// `npm run bench [-- name…]`: each figure as a ratio against its rival, measured in the same run on the same machine, all of
// them or those that are named. Writes results.json and results.svg. With `--quick` each is measured so briefly that it
// only shows that the benchmarks run: the figures mean nothing, and nothing is written.
import { buildStale, rooms } from '../scripts/lib/rooms.mjs';
import { measureClick } from './click.mjs';
import { measureFootprint } from './footprint.mjs';
import { writeResults } from './results.mjs';
import { measureServer } from './server.mjs';
import { measureSize } from './size.mjs';

const quick = process.argv.includes('--quick');
const names = process.argv.slice(2).filter((name) => !name.startsWith('--'));

const benches = {
  footprint: {
    title: 'Start, idle memory and installed size (in turn after a warm-up, the median):',
    measure: () => measureFootprint(quick ? { rounds: 1, warmUps: 0 } : { rounds: 11, warmUps: 1 }),
  },
  size: {
    title: 'What the library adds to a production app, in bytes of gzip:',
    measure: measureSize,
  },
  click: {
    title: 'Click to portal (in turn after a warm-up, the median):',
    measure: () => measureClick(quick ? { rounds: 1, warmUps: 0 } : { rounds: 15, warmUps: 1 }),
  },
  server: {
    title: 'Portal sessions per second on one core (rounds in turn after a warm-up, the median):',
    measure: () =>
      measureServer(
        quick
          ? { rounds: 1, warmUpSeconds: 0.2, roundSeconds: 0.5 }
          : // Express needs some ten seconds of load before its figure is steady.
            { rounds: 7, warmUpSeconds: 10, roundSeconds: 3 },
      ),
  },
};
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(
    `There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`,
  );
  process.exit(2);
}

await buildStale(Object.keys(rooms).filter((name) => name !== 'demo-ngmodule'));
const tables = {};
for (const [name, { title, measure }] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(title);
  tables[name] = await measure();
  console.table(tables[name]);
}
if (!quick) writeResults(tables);
