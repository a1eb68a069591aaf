// A change in the portal reaches the merchant's database by webhook, and the page by a GraphQL subscription.
import { expect, test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import { Postgres, postgresFolder } from '../examples/merchant-api/test/postgres.js';
import { demoPrograms, freeDemoPorts } from '../scripts/lib/demo-programs.mjs';
import { startProgram } from '../scripts/lib/programs.mjs';
import type { RunningProgram } from '../scripts/lib/programs.mjs';
import { AccountPage } from './support/account-page.js';
import { Controls } from './support/controls.js';
import type { Urls } from './support/stack.js';

interface DemoStack {
  urls: Urls;
  controls: Controls;
  merchant: RunningProgram;
  stop: () => Promise<void>;
}

/** Starts the demo's programs with an empty merchant database. */
async function startDemoStack(options: {
  embedded: boolean;
  databaseUrl?: string;
}): Promise<DemoStack> {
  const ports = await freeDemoPorts();
  const { emulator, server, merchant, demo } = demoPrograms(ports, options);
  // Reconciliation runs only on SIGHUP, and failed webhooks are retried after two seconds.
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
      urls: { emulator: emulator.url, graphql: portalUrl, demo: demo.url } as Urls,
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

/** Opens the subscription in the portal and cancels it. */
async function cancel(account: AccountPage): Promise<void> {
  await account.button('Subscription details').click();
  await confirmCancellation(account);
  await expect(
    account.portal.getByText(/will be cancelled|has been cancelled/i).first(),
  ).toBeVisible();
}

/** Cancels the subscription whose page the portal shows. */
async function confirmCancellation(account: AccountPage): Promise<void> {
  await account.portal.getByRole('link', { name: 'Cancel subscription' }).click();
  await account.portal.getByRole('button', { name: 'Cancel subscription' }).click();
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

    base('a cancellation in the portal is shown on the page without a reload', async ({ page }) => {
      const account = await signIn(page, demo);
      await page.evaluate(() => Object.assign(window, { isSamePage: true }));
      await cancel(account);
      await expect(endsSoon(page)).toBeVisible();
      await account.close();
      await expect(page.getByText(/Ends on .* and does not renew/)).toBeVisible();
      await expect(page.getByText('Updating')).toHaveCount(0);
      expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    });

    base('a new primary card is shown on the page', async ({ page }) => {
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

    base('the next user sees only their own account', async ({ page }) => {
      const account = await signIn(page, demo);
      await account.signOut();
      await account.signIn('Harbor Cycles');
      await expect(page.getByText('US$290.00').first()).toBeVisible();
      await expect(page.getByText('US$97.00')).toHaveCount(0);
    });
  });
}

base.describe('when webhook delivery is disturbed', () => {
  let demo: DemoStack;
  base.beforeAll(async () => {
    base.setTimeout(180_000);
    demo = await startDemoStack({ embedded: false });
  });
  base.afterAll(() => demo?.stop());

  base('late: the page shows that it is updating until they arrive', async ({ page }) => {
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
      await confirmCancellation(account);
      await expect(endsSoon(page)).toBeVisible();
    });
  }

  base(
    'lost: the merchant’s reconciliation reads the change from Chargebee’s API',
    async ({ page }) => {
      const account = await signIn(page, demo);
      await demo.controls.fault({ route: 'webhooks', delivery: 'never' });
      await cancel(account);
      await account.close();
      await expect(page.getByText('Active', { exact: true })).toBeVisible();
      demo.merchant.child.kill('SIGHUP');
      await expect(endsSoon(page)).toBeVisible();
    },
  );
});

base(
  'PostgreSQL is down when the webhook arrives: the retry is stored, and the page shows the change',
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
      // Retries are scheduled by the emulator's clock.
      await demo.controls.advance(10);
      await expect(endsSoon(page)).toBeVisible({ timeout: 30_000 });
    } finally {
      await demo.stop();
      await postgres.dispose();
    }
  },
);
