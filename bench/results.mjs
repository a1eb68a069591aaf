// Writes the results of the benchmarks to results.json, and as the chart that the README shows.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { drawChart } from './chart.mjs';

const RESULTS = new URL('results.json', import.meta.url);
const CHART = new URL('results.svg', import.meta.url);

/**
 * The project's performance goals. `measured` takes the value from the tables of the benchmarks; it is undefined if the
 * benchmark did not run.
 */
const GOALS = [
  {
    label: 'Start, ÷ a minimal Apollo Server',
    measured: ({ footprint }) => footprint?.[1]['start ÷ minimal'],
    goal: 1.1,
    atMost: true,
    unit: '×',
  },
  {
    label: 'Idle memory, ÷ a minimal Apollo Server',
    measured: ({ footprint }) => footprint?.[1]['memory ÷ minimal'],
    goal: 1.25,
    atMost: true,
    unit: '×',
  },
  {
    label: 'Installed size',
    measured: ({ footprint }) => footprint?.[1]['MB installed'],
    goal: 60,
    atMost: true,
    unit: ' MB',
  },
  {
    label: 'The library in an app, gzip',
    measured: ({ size }) => size?.[0].bytes,
    goal: 7000,
    atMost: true,
    unit: ' bytes',
  },
  {
    label: 'GraphQL sessions/s, ÷ Express with the SDK',
    measured: ({ server }) => server?.[0]['GraphQL ÷ this'],
    goal: 3,
    atMost: false,
    unit: '×',
  },
  {
    label: 'GraphQL sessions/s, ÷ bare http',
    measured: ({ server }) => server?.[1]['GraphQL ÷ this'],
    goal: 0.5,
    atMost: false,
    unit: '×',
  },
  {
    label: 'JSON sessions/s, ÷ Express with the SDK',
    measured: ({ server }) => server?.[0]['JSON ÷ this'],
    goal: 3,
    atMost: false,
    unit: '×',
  },
  {
    label: 'JSON sessions/s, ÷ bare http',
    measured: ({ server }) => server?.[1]['JSON ÷ this'],
    goal: 0.5,
    atMost: false,
    unit: '×',
  },
  {
    label: 'Click to portal with intent, ÷ the bare pages',
    measured: ({ click }) => click?.[1]['÷ its rival above'],
    goal: 1.1,
    atMost: true,
    unit: '×',
  },
];

/** Returns the tables of earlier runs under the same conditions: the day, the version of Node and the machine. */
function readEarlierTables(conditions) {
  const { date, node, machine, ...tables } = JSON.parse(readFileSync(RESULTS, 'utf8'));
  const isSame = Object.entries({ date, node, machine }).every(
    ([name, value]) => conditions[name] === value,
  );
  return isSame ? tables : {};
}

/** Writes the tables of the benchmarks that have run. Those of the others are kept if their conditions were the same. */
export function writeResults(latest, now = new Date()) {
  const [{ model }] = cpus();
  const conditions = {
    date: now.toISOString().slice(0, 10),
    node: process.version,
    machine: `${cpus().length} × ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`,
  };
  const tables = { ...readEarlierTables(conditions), ...latest };
  writeFileSync(RESULTS, `${JSON.stringify({ ...conditions, ...tables }, null, 2)}\n`);
  const figures = GOALS.map(({ measured, ...goal }) => ({ ...goal, value: measured(tables) }));
  const caption = `${conditions.date}, Node ${conditions.node}, ${conditions.machine}`;
  writeFileSync(
    CHART,
    drawChart(
      figures.filter(({ value }) => value !== undefined),
      caption,
    ),
  );
}
