import type { IdentityKind, Setup } from './fixtures/portal-page/config.js';
import { PortalPage } from './support/portal-page.js';
import { expect, onOtherSite, test } from './support/stack.js';

// All pages of a browser share Chargebee's login cookie, and all code of a page shares chargebee.js. A click must open the
// portal of its own customer regardless of what other pages and other code have done.

test.use({ needsDemo: false });

const kinds: IdentityKind[] = ['signal', 'observable', 'value'];

// `toSignal` needs only these two tests: once created, its signal is like any other.
for (const identity of [...kinds, 'toSignal'] as const) {
  test.describe(`identity as ${identity}`, () => {
    test('two users in one page, one after the other, each open their own portal', async ({
      page,
      urls,
    }) => {
      const portal = new PortalPage(page);
      await portal.show(urls.portalPage, { identity });
      for (const name of ['Juniper Bakery', 'Harbor Cycles', 'Juniper Bakery']) {
        await portal.signIn(name);
        await portal.openAndClose(portal.first, name);
        await portal.signOut();
      }
    });

    test('two tabs with two users each show their own user’s portal', async ({
      page,
      context,
      urls,
    }) => {
      const juniper = new PortalPage(page);
      const harbor = new PortalPage(await context.newPage());
      await juniper.show(urls.portalPage, { identity });
      await harbor.show(urls.portalPage, { identity });
      await signInAndOpenAlternately(juniper, harbor);
    });
  });
}

for (const identity of kinds) {
  test.describe(`identity as ${identity}`, () => {
    test('two tabs with two customers of a user each show their own customer’s portal', async ({
      page,
      context,
      urls,
    }) => {
      const juniper = new PortalPage(page);
      const harbor = new PortalPage(await context.newPage());
      for (const tab of [juniper, harbor]) {
        await tab.show(urls.portalPage, { identity });
        await tab.signIn('Lumen Accounting');
      }
      await juniper.first.choose('Juniper Bakery');
      await harbor.first.choose('Harbor Cycles');
      await openAlternately(juniper, harbor);
    });

    const setups: Setup[] = ['routes', 'copies'];
    // For the library, lazy modules are like routes, so one kind of identity is enough.
    if (identity === 'value') setups.push('modules');
    for (const setup of setups) {
      test(`two services in one page (${setup}): each opens the portal of its own customer`, async ({
        page,
        urls,
      }) => {
        const portal = new PortalPage(page);
        await portal.showAs('Lumen Accounting', urls.portalPage, { setup, identity });
        await portal.first.choose('Juniper Bakery');
        await portal.second.choose('Harbor Cycles');
        for (let round = 0; round < 2; round++) {
          await portal.openAndClose(portal.first, 'Juniper Bakery');
          await portal.openAndClose(portal.second, 'Harbor Cycles');
        }
      });

      test(`two services in one page (${setup}): the next user sees only their own portal`, async ({
        page,
        urls,
      }) => {
        const portal = new PortalPage(page);
        await portal.showAs('Juniper Bakery', urls.portalPage, { setup, identity });
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

    test('a click opens its own customer’s portal after other code has used chargebee.js', async ({
      page,
      urls,
    }) => {
      const portal = new PortalPage(page);
      await portal.showAs('Juniper Bakery', urls.portalPage, { identity });
      await portal.openAndClose(portal.first, 'Juniper Bakery');
      for (const button of [
        'Other code opens without a session',
        'Other code logs out',
        'Other code sets its session',
        'Other code logs out and opens Harbor Cycles',
        'Other code opens Harbor Cycles with an earlier portal object',
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

    test('Chargebee’s login ends between two clicks, or while the portal is open: the next click opens the portal', async ({
      page,
      context,
      urls,
    }) => {
      const portal = new PortalPage(page);
      await portal.showAs('Juniper Bakery', urls.portalPage, { identity });
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

test.describe('when pages cannot tell each other about logins', () => {
  test('two tabs without BroadcastChannel each show their own user’s portal', async ({
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
    await signInAndOpenAlternately(juniper, harbor);
  });

  test('two pages of different origins of one site each show their own user’s portal', async ({
    page,
    context,
    urls,
  }) => {
    const juniper = new PortalPage(page);
    const harbor = new PortalPage(await context.newPage());
    await juniper.show(urls.portalPage);
    // A different port is a different origin of the same site.
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

  test('two pages of different sites each show their own user’s portal', async ({
    page,
    context,
    urls,
  }) => {
    const juniper = new PortalPage(page);
    const harbor = new PortalPage(await context.newPage());
    await juniper.show(urls.portalPage);
    await harbor.show(onOtherSite(urls.portalPage));
    await signInAndOpenAlternately(juniper, harbor);
  });
});

test.describe('two copies of the library in one page', () => {
  test('opening the portal by one closes the other’s, and both services have the status of the page', async ({
    page,
    urls,
  }) => {
    const portal = new PortalPage(page);
    await portal.showAs('Lumen Accounting', urls.portalPage, { setup: 'copies' });
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
    await portal.showAs('Lumen Accounting', urls.portalPage, { setup: 'copies' });
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

/** Signs in a different user in each tab, and opens their portals alternately. */
async function signInAndOpenAlternately(juniper: PortalPage, harbor: PortalPage): Promise<void> {
  await juniper.signIn('Juniper Bakery');
  await harbor.signIn('Harbor Cycles');
  await openAlternately(juniper, harbor);
}

/** Opens the portals of two tabs, one for each customer, alternately. */
async function openAlternately(juniper: PortalPage, harbor: PortalPage): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await juniper.page.bringToFront();
    await juniper.openAndClose(juniper.first, 'Juniper Bakery');
    await harbor.page.bringToFront();
    await harbor.openAndClose(harbor.first, 'Harbor Cycles');
  }
}
