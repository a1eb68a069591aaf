// The suite `site`: builds the documentation site and checks it in a browser.
// `node scripts/docs/site.test.mjs --built` skips the build.
import axe from 'axe-core';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join, relative } from 'node:path';
import { chromium } from 'playwright-core';
import sirv from 'sirv';
import { toPlainMarkdown } from '../../docs/.vitepress/markdown-for-agents.mjs';
import { root } from '../lib/programs.mjs';
import { findOrInstallHeadlessChrome } from '../lib/tools.mjs';

const site = join(root, 'dist/docs');
/** How many pages are checked in parallel: one per core of a small machine. */
const WORKERS = 2;
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 375, height: 740 };
/** Every page is checked in these two views, which cover both sizes and both colour schemes. */
const VIEWS = [
  { name: 'wide, light', size: WIDE, isDark: false },
  { name: 'phone, dark', size: PHONE, isDark: true },
];
/** The other combinations, for the pages in `ALL_VIEWS_PAGES` only. */
const OTHER_VIEWS = [
  { name: 'wide, dark', size: WIDE, isDark: true },
  { name: 'phone, light', size: PHONE, isDark: false },
];
/** One page of each kind: the landing page, guides with code and with tables, and a reference. */
const ALL_VIEWS_PAGES = [
  'index.html',
  'start.html',
  'library/index.html',
  'troubleshooting.html',
  'reference/schema.html',
];

const failures = [];
let passed = 0;

/** Counts a check, which has passed if it found no problems. */
function report(name, problems) {
  if (problems.length === 0) passed += 1;
  else failures.push(`${name}\n${problems.map((problem) => `    ${problem}`).join('\n')}`);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Returns the paths of all pages, relative to the root of the site. */
function listPages() {
  return filesBelow(site)
    .filter((path) => path.endsWith('.html') && !path.endsWith('404.html'))
    .map((path) => relative(site, path));
}

const htmlOf = (page) => readFileSync(join(site, page), 'utf8');
const idsIn = (html) => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));

/** Returns links within the site whose file or heading does not exist. */
function deadLinks(page, idsOf) {
  const links = [...htmlOf(page).matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link]) => link);
  return [...new Set(links)].flatMap((link) => {
    const target = link.replaceAll('&amp;', '&');
    if (target === '' || /^(https?:|mailto:|data:)/.test(target)) return [];
    const { pathname, hash } = new URL(target, `http://site/${page}`);
    const path = decodeURIComponent(pathname).slice(1);
    const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
    if (!existsSync(join(site, file))) return [`${link} leads nowhere`];
    const id = decodeURIComponent(hash.slice(1));
    const isMissing = id !== '' && file.endsWith('.html') && !idsOf(file).has(id);
    return isMissing ? [`${link} leads to no heading`] : [];
  });
}

function checkLinks(pages) {
  const ids = new Map();
  const idsOf = (page) => {
    if (!ids.has(page)) ids.set(page, idsIn(htmlOf(page)));
    return ids.get(page);
  };
  for (const page of pages) report(`links of ${page}`, deadLinks(page, idsOf));
}

/** The Markdown of a page must have no markup of the site, except in its code. */
function checkPlainMarkdown() {
  const code = '```html\n<div>\n\n\n<App />\n</div>\n```';
  const plain = toPlainMarkdown(
    `---\ntitle: A\n---\n\n<div>\n\n::: tip\nText\n:::\n\n${code}\n\n</div>\n`,
  );
  report('Markdown without markup', plain === `Text\n\n${code}` ? [] : [`it is\n${plain}`]);
}

/** llms.txt must list every page, and every page must exist as Markdown without dead links. */
function checkMarkdown(pages) {
  const index = readFileSync(join(site, 'llms.txt'), 'utf8');
  for (const page of pages) {
    const file = page.replace(/\.html$/, '.md');
    if (!existsSync(join(site, file))) {
      report(`Markdown of ${page}`, [`${file} is not there`]);
      continue;
    }
    const text = readFileSync(join(site, file), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const dead = [...text.matchAll(/\]\(([^)\s]+\.md)(?:#[^)]*)?\)/g)]
      .map(([, link]) => link)
      // Links to documents of the repository that are not part of the site.
      .filter((link) => !/^(https?:|(\.\.\/)+(SECURITY|examples))/.test(link))
      .filter((link) => !existsSync(join(site, dirname(file), link)));
    report(`Markdown of ${page}`, [
      ...(index.includes(`](/${file})`) ? [] : ['llms.txt does not list it']),
      ...dead.map((link) => `${link} leads nowhere`),
    ]);
  }
}

/** Serves the site and starts a browser that blocks, and records, requests to other origins. */
async function startBrowser() {
  const server = createServer(sirv(site));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({
    executablePath: await findOrInstallHeadlessChrome(),
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const foreign = [];
  await context.route(
    (url) => url.origin !== origin && url.protocol !== 'data:',
    (route) => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  return {
    origin,
    foreign,
    newPage: () => context.newPage(),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Returns axe's violations in the current state of the page. */
async function violationsIn(page) {
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(
      // Check only the first rows of a table: the others are similar, and hundreds of rows take axe seconds.
      { exclude: ['.table-scroll tr:nth-child(n + 12)'] },
      { resultTypes: ['violations'], iframes: false },
    );
    return violations.map(({ id, nodes }) => ({ id, html: nodes.slice(0, 2).map((n) => n.html) }));
  });
  return found.map(({ id, html }) => `${id}: ${html.join(' | ').slice(0, 300)}`);
}

async function checkView(page, { size, isDark }) {
  await page.setViewportSize(size);
  await page.evaluate((dark) => document.documentElement.classList.toggle('dark', dark), isDark);
  const overflow = await page.evaluate(() => {
    const isTooWide = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth;
    const { scrollWidth, clientWidth } = document.documentElement;
    const tables = [...document.querySelectorAll('.table-scroll')].filter(
      (box) => isTooWide(box) && !box.querySelector('td:nth-child(3)'),
    );
    return [
      ...(isTooWide(document.documentElement)
        ? [`scrolls sideways: ${scrollWidth} > ${clientWidth}`]
        : []),
      ...tables.map((box) => `a table of two columns does not fit: ${box.innerText.slice(0, 60)}`),
    ];
  });
  return [...overflow, ...(await violationsIn(page))];
}

async function checkPages(pages, browser) {
  const waiting = [...pages];
  const work = async () => {
    const tab = await browser.newPage();
    for (let page = waiting.shift(); page; page = waiting.shift()) {
      const errors = [];
      tab.removeAllListeners('pageerror');
      tab.on('pageerror', (error) => errors.push(String(error)));
      await tab.goto(`${browser.origin}/${page}`, { waitUntil: 'load' });
      await tab.evaluate(axe.source);
      const views = ALL_VIEWS_PAGES.includes(page) ? [...VIEWS, ...OTHER_VIEWS] : VIEWS;
      for (const view of views) report(`${page}, ${view.name}`, await checkView(tab, view));
      report(`${page}, errors`, errors);
    }
    await tab.close();
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
}

/** What readers search for, and where the first or the second result has to lead. */
const SEARCHES = {
  POPUP_BLOCKED: 'troubleshooting',
  keycloak: 'identity-providers',
  'multiple customers per user': 'library/buttons.html#users-with-multiple-customers',
  'change locale': 'library/buttons.html#change-the-language-of-the-portal',
  'refresh data after portal closes': 'library/changes',
  SSR: 'library/csp',
  'webhook signature': 'chargebee-site',
};

/** Expects one of the first two results of a search for `words` to lead to a page. */
async function checkSearch(browser, words, expected) {
  const page = await browser.newPage();
  await page.goto(`${browser.origin}/start.html`);
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.locator('#localsearch-input').fill(words);
  const result = page
    .locator(`.VPLocalSearchBox li:nth-child(-n + 2) a.result[href*="${expected}"]`)
    .first();
  const isFound = await result.waitFor({ timeout: 20_000 }).then(
    () => true,
    () => false,
  );
  report(`search for ${words}`, isFound ? [] : [`${expected} is not among the first two results`]);
  await page.close();
}

function buildSite() {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/docs/index.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  // An error while rendering a page is only logged by Vue, and the build succeeds.
  const isSound = status === 0 && !/\b(Type|Reference)Error\b/.test(stdout + stderr);
  report('npm run docs', isSound ? [] : [`${stdout}${stderr}`]);
  return status === 0;
}

if (process.argv.includes('--built') || buildSite()) {
  const pages = listPages();
  checkLinks(pages);
  checkPlainMarkdown();
  checkMarkdown(pages);
  const browser = await startBrowser();
  try {
    await checkPages(pages, browser);
    for (const [words, expected] of Object.entries(SEARCHES)) {
      await checkSearch(browser, words, expected);
    }
    report('a reader without the internet', browser.foreign);
  } finally {
    await browser.close();
  }
  console.log(`${pages.length} pages`);
}
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
if (process.env.SUITE_RESULTS) {
  const counts = { passed, failed: failures.length, skipped: [] };
  writeFileSync(process.env.SUITE_RESULTS, JSON.stringify(counts));
}
process.exitCode = failures.length ? 1 : 0;
