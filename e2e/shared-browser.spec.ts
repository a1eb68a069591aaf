import type { IdentityKind, Setup } from './fixtures/portal-page/config.js';
import { PortalPage } from './portal-page.js';
import { expect, onOtherSite, test } from './support/stack.js';

// Chargebee's login is one per browser, chargebee.js one per page. Whatever else runs there, a click shows its own customer.

test.use({ needsDemo: false });

const kinds: IdentityKind[] = ['signal', 'observable', 'value'];

// A signal of `toSignal` is made when the factory runs, and is like any other from then on.
for (const identity of [...kinds, 'toSignal'] as const) {
  test.describe(`identity as ${identity}`, () => {
    test('two users in one page, one after the other', async ({ page, urls }) => {
      const portal = new PortalPage(page);
      await portal.show(urls.portalPage, { identity });
      for (const name of ['Juniper Bakery', 'Harbor Cycles', 'Juniper Bakery']) {
        await portal.signIn(name);
        await portal.openAndClose(portal.first, name);
        await portal.signOut();
      }
    });

    test('two tabs with two users', async ({ page, context, urls }) => {
      const juniper = new PortalPage(page);
      const harbor = new PortalPage(await context.newPage());
      await juniper.show(urls.portalPage, { identity });
      await harbor.show(urls.portalPage, { identity });
      await openInTurn(juniper, harbor);
    });
  });
}

for (const identity of kinds) {
  test.describe(`identity as ${identity}`, () => {
    test('two tabs with one user’s two customers', async ({ page, context, urls }) => {
      const first = new PortalPage(page);
      const second = new PortalPage(await context.newPage());
      for (const tab of [first, second]) {
        await tab.show(urls.portalPage, { identity });
        await tab.signIn('Lumen Accounting');
      }
      await first.first.choose('Juniper Bakery');
      await second.first.choose('Harbor Cycles');

      for (let round = 0; round < 2; round++) {
        await first.page.bringToFront();
        await first.openAndClose(first.first, 'Juniper Bakery');
        await second.page.bringToFront();
        await second.openAndClose(second.first, 'Harbor Cycles');
      }
    });

    const setups: Setup[] = ['routes', 'copies'];
    // To the library, the services of lazy modules are like those of routes: one kind shows it.
    if (identity === 'value') setups.push('modules');
    for (const setup of setups) {
      test(`two services in one page, by ${setup}: each shows the customer chosen there`, async ({
        page,
        urls,
      }) => {
        const portal = new PortalPage(page);
        await portal.show(urls.portalPage, { setup, identity });
        await portal.signIn('Lumen Accounting');
        await portal.first.choose('Juniper Bakery');
        await portal.second.choose('Harbor Cycles');
        for (let round = 0; round < 2; round++) {
          await portal.openAndClose(portal.first, 'Juniper Bakery');
          await portal.openAndClose(portal.second, 'Harbor Cycles');
        }
      });

      test(`two services in one page, by ${setup}: another user of the page sees nothing of the one before`, async ({
        page,
        urls,
      }) => {
        const portal = new PortalPage(page);
        await portal.show(urls.portalPage, { setup, identity });
        await portal.signIn('Juniper Bakery');
        await portal.openAndClose(portal.first, 'Juniper Bakery');
        await portal.signOut();
        await portal.signIn('Harbor Cycles');
        await portal.openAndClose(portal.second, 'Harbor Cycles');
        await portal.openAndClose(portal.first, 'Harbor Cycles');
        await portal.signOut();
        await portal.signIn('Juniper Bakery');
        await portal.openAndClose(portal.first, 'Juniper Bakery');
      });
    }

    test('other code uses chargebee.js in between', async ({ page, urls }) => {
      const portal = new PortalPage(page);
      await portal.show(urls.portalPage, { identity });
      await portal.signIn('Juniper Bakery');
      await portal.openAndClose(portal.first, 'Juniper Bakery');
      for (const button of [
        'Other code opens without a session',
        'Other code logs out',
        'Other code sets its session',
        'Other code logs out and opens Harbor Cycles',
        'Other code opens Harbor Cycles by what it has kept',
        'Other code tears down',
        'Other code tears down and opens Harbor Cycles',
      ]) {
        await test.step(button, async () => {
          await portal.press(button);
          if (button.includes('opens Harbor Cycles')) {
            await portal.expectPortalOf('Harbor Cycles');
            await portal.close();
          }
          await expect(portal.dialog).toHaveCount(0);
          await portal.openAndClose(portal.first, 'Juniper Bakery');
        });
      }
    });

    test('the login is lost at Chargebee, between two clicks and while the portal is open: the next click opens', async ({
      page,
      context,
      urls,
    }) => {
      const portal = new PortalPage(page);
      await portal.show(urls.portalPage, { identity });
      await portal.signIn('Juniper Bakery');
      await portal.openAndClose(portal.first, 'Juniper Bakery');
      await context.clearCookies();
      await portal.open(portal.first, 'Juniper Bakery');
      await context.clearCookies();
      await portal.followInPortal('Addresses');
      await expect(portal.portalText).toContainText('Your session has ended');
      await portal.close();
      await portal.openAndClose(portal.first, 'Juniper Bakery');
    });
  });
}

test.describe('what cannot be known is not trusted', () => {
  test('without BroadcastChannel two tabs still show each its own user', async ({
    page,
    context,
    urls,
  }) => {
    await context.addInitScript(() => {
      delete (window as { BroadcastChannel?: unknown }).BroadcastChannel;
    });
    const juniper = new PortalPage(page);
    const harbor = new PortalPage(await context.newPage());
    await juniper.show(urls.portalPage);
    await harbor.show(urls.portalPage);
    await openInTurn(juniper, harbor);
  });

  test('two pages of other origins of the same site show each its own user', async ({
    page,
    context,
    urls,
  }) => {
    const juniper = new PortalPage(page);
    const harbor = new PortalPage(await context.newPage());
    await juniper.show(urls.portalPage);
    // Another port is another origin, of the same site.
    await harbor.page.goto(urls.demoNgModule);
    await juniper.signIn('Juniper Bakery');
    await juniper.openAndClose(juniper.first, 'Juniper Bakery');
    await harbor.page.bringToFront();
    await harbor.page.getByRole('button', { name: 'Sign in as Harbor Cycles' }).click();
    await harbor.page.getByRole('button', { name: 'Manage billing' }).click();
    await harbor.expectPortalOf('Harbor Cycles');
    await harbor.close();
    await juniper.page.bringToFront();
    await juniper.openAndClose(juniper.first, 'Juniper Bakery');
  });

  test('two pages of different sites show each its own user', async ({ page, context, urls }) => {
    const juniper = new PortalPage(page);
    const harbor = new PortalPage(await context.newPage());
    await juniper.show(urls.portalPage);
    await harbor.show(onOtherSite(urls.portalPage));
    await openInTurn(juniper, harbor);
  });
});

test.describe('two copies of the library in one page', () => {
  test('an opening by one ends that of the other, and both services say what the page shows', async ({
    page,
    urls,
  }) => {
    const portal = new PortalPage(page);
    await portal.show(urls.portalPage, { setup: 'copies' });
    await portal.signIn('Lumen Accounting');
    await portal.first.choose('Juniper Bakery');
    await portal.second.choose('Harbor Cycles');
    await portal.open(portal.first, 'Juniper Bakery');
    await portal.pressByCode(portal.second.manageBilling);
    await portal.expectPortalOf('Harbor Cycles');
    for (const panel of [portal.first, portal.second]) {
      await expect(panel.event('close')).toHaveCount(1);
      await expect(panel.status).toHaveText('open');
    }
    await portal.close();
    await expect(portal.first.status).toHaveText('idle');
    await expect(portal.second.status).toHaveText('idle');
  });

  test('removing one leaves the other’s portal logged in', async ({ page, urls }) => {
    const portal = new PortalPage(page);
    await portal.show(urls.portalPage, { setup: 'copies' });
    await portal.signIn('Lumen Accounting');
    await portal.first.choose('Juniper Bakery');
    await portal.second.choose('Harbor Cycles');
    await portal.openAndClose(portal.second, 'Harbor Cycles');
    await portal.open(portal.first, 'Juniper Bakery');
    await portal.pressByCode(
      portal.second.section.getByRole('button', { name: 'Remove this app', includeHidden: true }),
    );
    await expect(portal.second.section).toHaveCount(0);
    await portal.followInPortal('Addresses');
    await expect(portal.portalText).toContainText('Juniper Bakery');
    await portal.close();
    await portal.openAndClose(portal.first, 'Juniper Bakery');
  });
});

/** Signs a user in in each of two tabs, and opens their portals in turn. */
async function openInTurn(juniper: PortalPage, harbor: PortalPage): Promise<void> {
  await juniper.signIn('Juniper Bakery');
  await harbor.signIn('Harbor Cycles');
  for (let round = 0; round < 2; round++) {
    await juniper.page.bringToFront();
    await juniper.openAndClose(juniper.first, 'Juniper Bakery');
    await harbor.page.bringToFront();
    await harbor.openAndClose(harbor.first, 'Harbor Cycles');
  }
}
