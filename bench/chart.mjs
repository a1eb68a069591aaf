// Draws the results of the benchmarks as an SVG: one bar per figure, with a line at its goal. The colours follow the
// reader's light or dark theme.

const ROW = 44;
const LABELS = 330;
const BARS = 300;
const WIDTH = LABELS + BARS + 110;

/**
 * @param {{ label: string, value: number, goal: number, atMost: boolean, unit: string }[]} figures
 * @param {string} caption when and on what machine they were measured
 */
export function drawChart(figures, caption) {
  const rows = figures.map((figure, index) => drawRow(figure, 24 + index * ROW)).join('\n');
  const height = 24 + figures.length * ROW + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Benchmark results, each with its goal">
<style>
  text { font: 14px system-ui, sans-serif; fill: #1f2328; }
  .note { font-size: 12px; fill: #59636e; }
  .bar { fill: #1a7f37; } .missed { fill: #bc4c00; } .goal { stroke: #1f2328; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .note { fill: #9198a1; }
    .bar { fill: #3fb950; } .missed { fill: #f0883e; } .goal { stroke: #f0f6fc; }
  }
</style>
${rows}
<text class="note" x="0" y="${height - 10}">${escapeXml(caption)}</text>
</svg>
`;
}

function drawRow({ label, value, goal, atMost, unit }, y) {
  const longest = Math.max(value, goal) * 1.1;
  const toX = (amount) => LABELS + (amount / longest) * BARS;
  const isMet = atMost ? value <= goal : value >= goal;
  const goalText = `goal: ${atMost ? 'at most' : 'at least'} ${goal}${unit}`;
  return `<text x="0" y="${y + 14}">${escapeXml(label)}</text>
<text class="note" x="0" y="${y + 29}">${escapeXml(goalText)}${isMet ? '' : ' (missed)'}</text>
<rect class="${isMet ? 'bar' : 'missed'}" x="${LABELS}" y="${y}" width="${(toX(value) - LABELS).toFixed(1)}" height="22" rx="3"/>
<line class="goal" x1="${toX(goal).toFixed(1)}" x2="${toX(goal).toFixed(1)}" y1="${y - 4}" y2="${y + 26}"/>
<text x="${LABELS + BARS + 12}" y="${y + 16}">${value}${escapeXml(unit)}</text>`;
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
