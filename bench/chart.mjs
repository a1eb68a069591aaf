// Draws the results of the benchmarks as an SVG: one bar per figure, with a line at its goal. The colours follow the
// reader's light or dark theme.

// In pixels.
const TOP = 24;
const ROW_HEIGHT = 44;
const LABEL_WIDTH = 330;
/** The width up to a tenth more than the value or the goal, whichever is larger. */
const BAR_WIDTH = 300;
const VALUE_WIDTH = 110;
const CAPTION_HEIGHT = 34;
const WIDTH = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH;

/**
 * @param {{ label: string, value: number, goal: number, atMost: boolean, unit: string }[]} figures
 * @param {string} caption when and on what machine they were measured
 */
export function drawChart(figures, caption) {
  const rows = figures.map((figure, index) => drawRow(figure, TOP + index * ROW_HEIGHT)).join('\n');
  const height = TOP + figures.length * ROW_HEIGHT + CAPTION_HEIGHT;
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
  const maximum = Math.max(value, goal) * 1.1;
  const toX = (amount) => LABEL_WIDTH + (amount / maximum) * BAR_WIDTH;
  const isMet = atMost ? value <= goal : value >= goal;
  const goalText = `goal: ${atMost ? 'at most' : 'at least'} ${goal}${unit}`;
  return `<text x="0" y="${y + 14}">${escapeXml(label)}</text>
<text class="note" x="0" y="${y + 29}">${escapeXml(goalText)}${isMet ? '' : ' (missed)'}</text>
<rect class="${isMet ? 'bar' : 'missed'}" x="${LABEL_WIDTH}" y="${y}" width="${(toX(value) - LABEL_WIDTH).toFixed(1)}" height="22" rx="3"/>
<line class="goal" x1="${toX(goal).toFixed(1)}" x2="${toX(goal).toFixed(1)}" y1="${y - 4}" y2="${y + 26}"/>
<text x="${LABEL_WIDTH + BAR_WIDTH + 12}" y="${y + 16}">${value}${escapeXml(unit)}</text>`;
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
