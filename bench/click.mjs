// Click to portal: how long a person waits for the portal after the click, against the bare load of the portal's own
// pages, and against the recipe of Chargebee's guide. All in one run, in turn, in real Chromium.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { demoPrograms, freeDemoPorts } from '../scripts/lib/demo-programs.mjs';
import { freePort } from '../scripts/lib/ports.mjs';
import { startProgram } from '../scripts/lib/programs.mjs';
import { findOrInstallChrome } from '../scripts/lib/tools.mjs';
import { median } from './median.mjs';

/** What a network and Chargebee add, in milliseconds: on this machine alone everything would be there at once. */
const LATENCY = { portal: 60, '/api/v2/portal_sessions': 250 };
/** How long a person points at the button before the click, in milliseconds. */
const INTENT_MS = 500;

/** Notes when the page was clicked, and when the portal in it reports that it is loaded. */
function watch() {
  window.addEventListener('click', (event) => (window.clickedAt = event.timeStamp), true);
  window.addEventListener('message', ({ data }) => {
    if (data?.chargebee === 'page' && data.type === 'loaded') {
      window.portalAfter = performance.now() - window.clickedAt;
    }
  });
}

/** Serves the rivals' pages, with what they have to know filled in. */
async function servePages(port, known) {
  const server = createServer((request, response) => {
    const file = new URL(`rivals${request.url}.html`, import.meta.url);
    if (!existsSync(file)) return response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(readFileSync(file, 'utf8').replaceAll(/%(\w+)%/g, (_, name) => known[name]));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${url} answered ${answer.status}`);
  return answer.json();
}

/** The programs of the demo on free ports, which take requests from the rivals' pages too. */
async function createPrograms(pages) {
  const programs = demoPrograms(await freeDemoPorts());
  const { emulator, server, merchant, demo } = programs;
  const origins = `${demo.url},${pages}`;
  Object.assign(emulator.env, {
    EMULATOR_DEMO_ORIGINS: origins,
    EMULATOR_ALLOWED_ORIGINS: origins,
  });
  merchant.env.DATA_FOLDER = 'memory://';
  Object.assign(server.env, {
    CORS_ORIGINS: origins,
    USER_REQUESTS_PER_MINUTE: '10000',
    CHARGEBEE_REQUESTS_PER_MINUTE: '10000',
  });
  return programs;
}

/** The library's demo and its rivals, each with how its page is made ready and clicked. A rival stands before ours. */
function createContenders(pages, demoUrl) {
  const ready = (page) => page.locator('html[data-ready]').waitFor({ state: 'attached' });
  const press = (page) => page.locator('#open').evaluate((button) => button.click());
  const manageBilling = async (page) => {
    await page.getByRole('button', { name: 'Sign in as Juniper Bakery' }).click();
    // The page moves the button until it shows the account.
    await page.getByText('Renews on').waitFor();
    await page.waitForFunction(() => 'Chargebee' in window);
    return page.getByRole('button', { name: 'Manage billing' });
  };
  return [
    {
      name: "the portal's own pages, bare",
      url: `${pages}/bare-portal`,
      prepare: ready,
      click: press,
    },
    {
      name: `ngx-chargebee-portal, ${INTENT_MS} ms of intent`,
      url: demoUrl,
      prepare: async (page) => (await manageBilling(page)).hover(),
      click: async (page) => {
        await page.mouse.down();
        await page.mouse.up();
      },
    },
    { name: 'the script-tag recipe', url: `${pages}/script-tag`, prepare: ready, click: press },
    {
      name: 'ngx-chargebee-portal, no intent',
      url: demoUrl,
      prepare: async (page) => void (await manageBilling(page)),
      click: async (page) =>
        page.getByRole('button', { name: 'Manage billing' }).evaluate((button) => button.click()),
    },
  ].map((contender) => ({ ...contender, times: [] }));
}

/** Opens the portal once, in a browser context of its own. Returns the milliseconds from click to portal. */
async function clickOnce(browser, { url, prepare, click }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(url);
  await prepare(page);
  await page.waitForTimeout(INTENT_MS);
  await click(page);
  const shown = await page.waitForFunction(() => window.portalAfter);
  const milliseconds = await shown.jsonValue();
  await context.close();
  return milliseconds;
}

/**
 * Measures the time from click to portal. Returns rows of a table.
 *
 * @param {{ rounds: number, warmUps: number }} counts how often each contender is clicked; a warm-up is not counted
 */
export async function measureClick({ rounds, warmUps }) {
  const pagesPort = await freePort();
  const pages = `http://localhost:${pagesPort}`;
  const programs = await createPrograms(pages);
  const { emulator, server, demo } = programs;
  const contenders = createContenders(pages, demo.url);
  const running = [];
  const browser = await chromium.launch({
    executablePath: findOrInstallChrome(),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    for (const program of Object.values(programs)) {
      await startProgram(program, { onSpawn: (started) => running.push(started) });
    }
    const { access_token: token } = await post(`${emulator.url}/idp/token`, { user: 'juniper' });
    const sessionUrl = new URL('/portal-session', server.url).href;
    running.push(await servePages(pagesPort, { chargebeeUrl: emulator.url, sessionUrl, token }));
    for (const [route, latency] of Object.entries(LATENCY)) {
      await post(`${emulator.url}/_emulator/faults`, { route, latency });
    }
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const contender of contenders) {
        const milliseconds = await clickOnce(browser, contender);
        if (round >= 0) contender.times.push(milliseconds);
      }
    }
  } finally {
    await browser.close();
    await Promise.all(running.map((program) => program.stop()));
  }
  return toRows(contenders);
}

function toRows(contenders) {
  return contenders.map(({ name, times }, index) => {
    const rival = contenders[index - (index % 2)].times;
    return {
      what: name,
      'ms from click to portal': Math.round(median(times)),
      '÷ its rival above': Number(
        median(times.map((each, round) => each / rival[round])).toFixed(2),
      ),
    };
  });
}
