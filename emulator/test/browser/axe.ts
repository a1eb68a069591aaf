import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules that depend on the colour scheme. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
/** The tags of the rules to check. */
const ALL_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Returns the axe violations of a page or frame, one string each.
 * @param rules `colours` checks only colours, for a page whose other rules have been checked in another colour scheme.
 */
export async function axeViolations(
  page: Page | Frame,
  rules: 'all' | 'colours' = 'all',
): Promise<string[]> {
  // Evaluate axe instead of adding a script element, which the pages' CSP blocks.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe);
  const runOnly = rules === 'all' ? ALL_TAGS : { type: 'rule', values: COLOUR_RULES };
  // Collect only violations, and return only strings: transferring the full results takes several times as long.
  return page.evaluate<string[]>(
    `axe.run({ runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, help, nodes }) =>
        id + ': ' + help + ': ' + nodes.map(({ html }) => html).join(' ')))`,
  );
}
