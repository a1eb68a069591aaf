// A change in the portal reaches the merchant's database by webhook, and from there the page.
import { expect, test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import { Postgres, postgresFolder } from '../examples/merchant-api/test/postgres.js';
import { demoPrograms, freeDemoPorts } from '../scripts/lib/demo-programs.mjs';
import { startProgram } from '../scripts/lib/programs.mjs';
import type { RunningProgram } from '../scripts/lib/programs.mjs';
import { AccountPage } from './account-page.js';
import { Controls } from './support/controls.js';
import type { Urls } from './support/stack.js';

interface DemoStack {
  urls: Urls;
  controls: Controls;
  merchant: RunningProgram;
  stop: () => Promise<void>;
}

/** The demo's programs, with a merchant's database of their own. */
async function startDemoStack(options: {
  embedded: boolean;
  databaseUrl?: string;
}): Promise<DemoStack> {
  const ports = await freeDemoPorts();
  const { emulator, server, merchant, demo } = demoPrograms(ports, options);
  // Lost webhooks are found by hand only, and a late one is sent again soon.
  merchant.env.RECONCILE_SECONDS = '0';
  if (options.databaseUrl) merchant.env.DATABASE_URL = options.databaseUrl;
  else merchant.env.DATA_FOLDER = 'memory://';
  emulator.env.EMULATOR_WEBHOOK_RETRY_DELAYS = '2,2,2,2,2,2,2';
  const running: RunningProgram[] = [];
  const onSpawn = (program: RunningProgram) => void running.push(program);
  const stop = async () => {
    await Promise.all(running.map((program) => program.stop()));
  };
  try {
    await startProgram(emulator, { onSpawn });
    if (!options.embedded) await startProgram(server, { onSpawn });
    const started = await startProgram(merchant, { onSpawn });
    await startProgram(demo, { onSpawn });
    const portalUrl = options.embedded ? merchant.url : server.url;
    return {
      urls: { emulator: emulator.url, server: portalUrl, demo: demo.url } as Urls,
      controls: new Controls(emulator.url),
      merchant: started,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function signIn(page: Page, { urls, controls, merchant }: DemoStack): Promise<AccountPage> {
  await controls.reset();
  merchant.child.kill('SIGHUP');
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  await expect(page.getByText('Active', { exact: true })).toBeVisible();
  await expect(page.getByText('Renews on')).toBeVisible();
  return account;
}

/** Cancels the subscription in the portal, as a customer does. */
async function cancel(account: AccountPage): Promise<void> {
  await account.button('Subscription details').click();
  await account.portal.getByRole('link', { name: 'Cancel subscription' }).click();
  await account.portal.getByRole('button', { name: 'Cancel subscription' }).click();
  await expect(
    account.portal.getByText(/will be cancelled|has been cancelled/i).first(),
  ).toBeVisible();
}

const endsSoon = (page: Page) => page.getByText('Ends soon', { exact: true });

for (const embedded of [false, true]) {
  base.describe(embedded ? 'with the portal embedded' : 'with the portal server', () => {
    let demo: DemoStack;
    base.beforeAll(async () => {
      base.setTimeout(180_000);
      demo = await startDemoStack({ embedded });
    });
    base.afterAll(() => demo?.stop());

    base('a cancellation in the portal shows on the page, without a reload', async ({ page }) => {
      const account = await signIn(page, demo);
      await page.evaluate(() => Object.assign(window, { isSamePage: true }));
      await cancel(account);
      await expect(endsSoon(page)).toBeVisible();
      await account.close();
      await expect(page.getByText(/Ends on .* and does not renew/)).toBeVisible();
      await expect(page.getByText('Updating')).toHaveCount(0);
      expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    });

    base('another card shows on the page', async ({ page }) => {
      const account = await signIn(page, demo);
      await account.button('Update card').click();
      await account.portal.getByRole('link', { name: 'Add a card' }).click();
      await account.portal.getByLabel('Card number').fill('5555 5555 5555 4444');
      await account.portal.getByLabel('Expiry month').fill('12');
      await account.portal.getByLabel('Expiry year').fill('2031');
      await account.portal.getByLabel('Security code').fill('123');
      await account.portal.getByRole('button', { name: 'Add card' }).click();
      await account.portal.getByRole('button', { name: /^Make primary Mastercard/ }).click();
      await account.portal.getByRole('button', { name: 'Done' }).click();
      await expect(page.getByText('Mastercard ending in 4444')).toBeVisible();
    });

    base('nothing of one user is left for the next', async ({ page }) => {
      const account = await signIn(page, demo);
      await account.signOut();
      await account.signIn('Harbor Cycles');
      await expect(page.getByText('US$290.00').first()).toBeVisible();
      await expect(page.getByText('US$97.00')).toHaveCount(0);
    });
  });
}

base.describe('when webhooks are not as they should be', () => {
  let demo: DemoStack;
  base.beforeAll(async () => {
    base.setTimeout(180_000);
    demo = await startDemoStack({ embedded: false });
  });
  base.afterAll(() => demo?.stop());

  base('late: the page says that it is updating until then', async ({ page }) => {
    const account = await signIn(page, demo);
    await demo.controls.fault({ route: 'webhooks', latency: 3_000 });
    await cancel(account);
    await expect(page.getByText('Updating')).toBeAttached();
    await expect(endsSoon(page)).toBeVisible();
    await expect(page.getByText('Updating')).toHaveCount(0);
  });

  for (const fault of [{ delivery: 'twice' }, { delivery: 'out_of_order', latency: 2_000 }]) {
    base(`${fault.delivery}: the page shows the latest state`, async ({ page }) => {
      const account = await signIn(page, demo);
      await demo.controls.fault({ route: 'webhooks', ...fault });
      await cancel(account);
      await expect(endsSoon(page)).toBeVisible();
      await account.portal.getByRole('button', { name: 'Keep the subscription' }).click();
      await expect(page.getByText('Active', { exact: true })).toBeVisible();
      await cancelAgain(account);
      await expect(endsSoon(page)).toBeVisible();
    });
  }

  base('lost: the merchant finds out from the API', async ({ page }) => {
    const account = await signIn(page, demo);
    await demo.controls.fault({ route: 'webhooks', delivery: 'never' });
    await cancel(account);
    await account.close();
    await expect(page.getByText('Active', { exact: true })).toBeVisible();
    demo.merchant.child.kill('SIGHUP');
    await expect(endsSoon(page)).toBeVisible();
  });
});

async function cancelAgain(account: AccountPage): Promise<void> {
  await account.portal.getByRole('link', { name: 'Cancel subscription' }).click();
  await account.portal.getByRole('button', { name: 'Cancel subscription' }).click();
}

base(
  'PostgreSQL restarts in between: the webhook comes again, and the page follows',
  async ({ page }) => {
    base.skip(!postgresFolder(), 'there is no PostgreSQL on this machine');
    base.setTimeout(240_000);
    const postgres = await Postgres.create();
    const demo = await startDemoStack({ embedded: false, databaseUrl: postgres.url });
    try {
      const account = await signIn(page, demo);
      await postgres.stop();
      await cancel(account);
      await postgres.start();
      // The emulator's clock decides when an event is sent again.
      await demo.controls.advance(10);
      await expect(endsSoon(page)).toBeVisible({ timeout: 30_000 });
    } finally {
      await demo.stop();
      await postgres.dispose();
    }
  },
);
