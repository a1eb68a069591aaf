// Serves each page as Markdown beside its HTML, and lists all of them in llms.txt (https://llmstxt.org).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The group of the pages that the sidebar does not list. */
const UNLISTED = 'More';
/** What llms-full.txt leaves out: these pages are long, most of them generated, and llms.txt has their addresses. */
const REFERENCE_GROUPS = ['Reference', UNLISTED];
const REFERENCE_PAGES = ['emulator/support.md'];

/**
 * Returns a page's source without what only the site uses: frontmatter, components and containers.
 * @param {string} source
 */
export function toPlainMarkdown(source) {
  return source
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .split(/^(```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : withoutMarkup(part)))
    .join('')
    .trim();
}

function withoutMarkup(text) {
  return text
    .replaceAll(/^<\/?(div|main|[A-Z]\w*)\b[^>]*>\n/gm, '')
    .replaceAll(/^:::.*\n/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n');
}

const titleOf = (markdown, page) => /^# (.+)/m.exec(markdown)?.[1] ?? page;

/** Returns the groups of the sidebar with the pages of each, and one more with all other pages. */
function groupPages(pages, sidebar) {
  const unlisted = new Set(pages);
  const groups = sidebar.map(({ text, items }) => {
    const listed = items
      .map(({ link }) => `${link.slice(1)}${link.endsWith('/') ? 'index' : ''}.md`)
      .filter((page) => unlisted.delete(page));
    return { text, pages: listed };
  });
  return [...groups, { text: UNLISTED, pages: [...unlisted].sort() }];
}

/**
 * Writes the Markdown of all pages, llms.txt with their addresses, and llms-full.txt with the guides in one file. VitePress calls
 * it when it has built the site.
 * @param {import('vitepress').SiteConfig} config
 */
export function writeMarkdownForAgents({ srcDir, outDir, pages, site }) {
  const texts = new Map();
  for (const page of pages) {
    const text = toPlainMarkdown(readFileSync(join(srcDir, page), 'utf8'));
    texts.set(
      page,
      page === 'index.md' ? `# ${site.title}\n\n${site.description}\n\n${text}` : text,
    );
    mkdirSync(dirname(join(outDir, page)), { recursive: true });
    writeFileSync(join(outDir, page), `${texts.get(page)}\n`);
  }
  const groups = groupPages(pages, site.themeConfig.sidebar);
  const list = groups.map(({ text, pages: inGroup }) => {
    const lines = inGroup.map(
      (page) => `- [${titleOf(texts.get(page), page)}](${site.base}${page})`,
    );
    return `## ${text}\n\n${lines.join('\n')}`;
  });
  const index = `# ${site.title}\n\n> ${site.description}\n\n${list.join('\n\n')}\n`;
  writeFileSync(join(outDir, 'llms.txt'), index);
  const guides = groups
    .filter(({ text }) => !REFERENCE_GROUPS.includes(text))
    .flatMap(({ pages: inGroup }) => inGroup)
    .filter((page) => !REFERENCE_PAGES.includes(page));
  writeFileSync(
    join(outDir, 'llms-full.txt'),
    `${guides.map((page) => `<!-- ${page} -->\n\n${texts.get(page)}`).join('\n\n')}\n`,
  );
}
