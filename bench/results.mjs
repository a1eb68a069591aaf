// Writes the results of the benchmarks to results.json, and as the chart that the README shows.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { drawChart } from './chart.mjs';

const RESULTS = new URL('results.json', import.meta.url);
const CHART = new URL('results.svg', import.meta.url);

/** The project's performance goals, in the order of `valuesOf`. */
const GOALS = [
  { label: 'Start, ÷ a minimal Apollo Server', goal: 1.1, atMost: true, unit: '×' },
  { label: 'Idle memory, ÷ a minimal Apollo Server', goal: 1.25, atMost: true, unit: '×' },
  { label: 'Installed size', goal: 60, atMost: true, unit: ' MB' },
  { label: 'The library in an app, gzip', goal: 7000, atMost: true, unit: ' bytes' },
  { label: 'Sessions/s, ÷ Express with the SDK', goal: 3, atMost: false, unit: '×' },
  { label: 'Sessions/s, ÷ bare http without the SDK', goal: 0.5, atMost: false, unit: '×' },
  { label: 'Click to portal with intent, ÷ the bare pages', goal: 1.1, atMost: true, unit: '×' },
];

/**
 * Returns the measured values of `GOALS`; undefined for benchmarks that did not run.
 * @param {{ footprint?: object[], size?: object[], server?: object[], click?: object[] }} tables
 */
function valuesOf({ footprint, size, server, click }) {
  return [
    footprint?.[1]['start ÷ minimal'],
    footprint?.[1]['memory ÷ minimal'],
    footprint?.[1]['MB installed'],
    size?.[0].bytes,
    server?.[0]['ours ÷ this'],
    server?.[1]['ours ÷ this'],
    click?.[1]['÷ its rival above'],
  ];
}

/** Returns the tables of earlier runs on the same day and machine. */
function readEarlierTables(measured) {
  const { date, node, machine, ...tables } = JSON.parse(readFileSync(RESULTS, 'utf8'));
  const isSame = Object.entries({ date, node, machine }).every(
    ([name, value]) => measured[name] === value,
  );
  return isSame ? tables : {};
}

export function writeResults(latest, date = new Date()) {
  const [{ model }] = cpus();
  const machine = `${cpus().length} × ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const measured = { date: date.toISOString().slice(0, 10), node: process.version, machine };
  const tables = { ...readEarlierTables(measured), ...latest };
  const values = valuesOf(tables);
  const figures = GOALS.map((goal, index) => ({ ...goal, value: values[index] })).filter(
    ({ value }) => value !== undefined,
  );
  writeFileSync(RESULTS, `${JSON.stringify({ ...measured, ...tables }, null, 2)}\n`);
  const caption = `${measured.date}, Node ${measured.node}, ${machine}`;
  writeFileSync(CHART, drawChart(figures, caption));
}
