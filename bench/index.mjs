// `npm run bench [-- name…]` runs all benchmarks, or the named ones. Each compares our packages with other solutions
// (`bench/rivals`) in the same run and prints the ratio. The results are written to results.json and results.svg.
// `--quick` only tests that the benchmarks run: its results are meaningless, and are not written.
import { buildStale, targets } from '../scripts/lib/build-targets.mjs';
import { measureClick } from './click.mjs';
import { measureFootprint } from './footprint.mjs';
import { writeResults } from './results.mjs';
import { measureServer } from './server.mjs';
import { measureSize } from './size.mjs';

const quick = process.argv.includes('--quick');
const names = process.argv.slice(2).filter((name) => !name.startsWith('--'));

const benchmarks = {
  footprint: {
    title: 'Start, idle memory and installed size (median of alternating rounds after a warm-up):',
    measure: () => measureFootprint(quick ? { rounds: 1, warmUps: 0 } : { rounds: 11, warmUps: 1 }),
  },
  size: {
    title: 'What the library adds to a production app, in bytes of gzip:',
    measure: measureSize,
  },
  click: {
    title: 'Click to portal (median of alternating rounds after a warm-up):',
    measure: () => measureClick(quick ? { rounds: 1, warmUps: 0 } : { rounds: 15, warmUps: 1 }),
  },
  server: {
    title: 'Portal sessions per second on one core (median of alternating rounds after a warm-up):',
    measure: () =>
      measureServer(
        quick
          ? { rounds: 1, warmUpSeconds: 0.2, roundSeconds: 0.5 }
          : // The throughput of Express is stable only after ten seconds of load.
            { rounds: 7, warmUpSeconds: 10, roundSeconds: 3 },
      ),
  },
};
const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}. The benchmarks are ${Object.keys(benchmarks).join(', ')}.`,
  );
  process.exit(2);
}

await buildStale(Object.keys(targets).filter((name) => name !== 'demo-ngmodule'));
const tables = {};
for (const [name, { title, measure }] of Object.entries(benchmarks)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(title);
  tables[name] = await measure();
  console.table(tables[name]);
}
if (!quick) writeResults(tables);
