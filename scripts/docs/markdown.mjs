// Finds the hand-written Markdown files, and what is in them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { isGenerated } from './generated-pages.mjs';

/** Returns all hand-written Markdown files: not the API reports (`*.api.md`) and not the generated pages. */
export function markdownFiles(folder = '.') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|dist|coverage|test-results|playwright-report|\..*)$/.test(entry.name)) {
      return [];
    }
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(path);
    return /(?<!\.api)\.md$/.test(entry.name) && !isGenerated(path) ? [path] : [];
  });
}

/** Returns the fenced blocks of a Markdown text, with their line numbers. */
export function fencesIn(text) {
  return [...text.matchAll(/^([ ]*)```(\w*)[^\n]*\n([\s\S]*?)^\1```/gm)].map((match) => ({
    language: match[2],
    code: match[3].replaceAll(new RegExp(`^${match[1]}`, 'gm'), ''),
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** Returns the links to other files of the repository, without the headings they name. */
export function fileLinksIn(text) {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^(https?:|mailto:|#)/.test(target))
    .map((target) => target.split('#')[0]);
}
