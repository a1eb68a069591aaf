// Measures the time from the click to the open portal in Chromium. With preloading by intent, the rival is a page that only
// loads the portal's own pages; without it, the script-tag recipe of Chargebee's guide.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { demoPrograms, freeDemoPorts } from '../scripts/lib/demo-programs.mjs';
import { freePort } from '../scripts/lib/ports.mjs';
import { startProgram } from '../scripts/lib/programs.mjs';
import { findOrInstallChrome } from '../scripts/lib/tools.mjs';
import { median } from './median.mjs';

/** Latency to add in milliseconds, by the emulator's route: for the network and Chargebee, because the emulator responds at once. */
const LATENCY = { portal: 60, '/api/v2/portal_sessions': 250 };
/** How long the pointer is on the button before the click, in milliseconds. */
const INTENT_MS = 500;

/** Runs in the page: measures the time from the click until the portal reports that it has loaded. */
function measureInPage() {
  window.addEventListener('click', (event) => (window.clickedAt = event.timeStamp), true);
  window.addEventListener('message', ({ data }) => {
    if (data?.chargebee === 'page' && data.type === 'loaded') {
      window.clickToPortal = performance.now() - window.clickedAt;
    }
  });
}

/** Serves the rivals' pages. `values` replace the placeholders in them, such as `%token%`. */
async function servePages(port, values) {
  const server = createServer((request, response) => {
    const file = new URL(`rivals${request.url}.html`, import.meta.url);
    if (!existsSync(file)) return response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(readFileSync(file, 'utf8').replaceAll(/%(\w+)%/g, (_, name) => values[name]));
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

/** Configures the demo's programs with free ports, and to accept requests from the rivals' pages. */
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

/** Returns the rivals and the demo, with functions that prepare and click their pages. Each rival precedes the demo it is compared with. */
function createContenders(pages, demoUrl) {
  const ready = (page) => page.locator('html[data-ready]').waitFor({ state: 'attached' });
  const press = (page) => page.locator('#open').evaluate((button) => button.click());
  const manageBilling = async (page) => {
    await page.getByRole('button', { name: 'Sign in as Juniper Bakery' }).click();
    // The button moves until the account is shown.
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

/** Opens the portal once, in a new browser context. Returns the milliseconds from the click to the portal. */
async function clickOnce(browser, { url, prepare, click }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(measureInPage);
  await page.goto(url);
  await prepare(page);
  await page.waitForTimeout(INTENT_MS);
  await click(page);
  const shown = await page.waitForFunction(() => window.clickToPortal);
  const milliseconds = await shown.jsonValue();
  await context.close();
  return milliseconds;
}

/**
 * Measures the time from the click to the portal. Returns the rows of a table.
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
    executablePath: await findOrInstallChrome(),
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
