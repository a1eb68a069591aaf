import type { Page } from '@playwright/test';
import { AccountPage } from './support/account-page.js';
import { expect, test } from './support/stack.js';

/** Records what the page's policy blocks, and all other errors and warnings of the console, in the returned list. */
function watchViolations(page: Page): string[] {
  const seen: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.push(message.text());
  });
  page.on('pageerror', (error) => seen.push(String(error)));
  return seen;
}

async function policyOf(url: string): Promise<string> {
  const answer = await fetch(url);
  return answer.headers.get('content-security-policy') ?? '';
}

test('the demo’s policy is strict: a new nonce in each response, and Trusted Types', async ({
  urls,
}) => {
  const [first, second] = [await policyOf(urls.demo), await policyOf(urls.demo)];
  expect(first).toMatch(/script-src [^;]*'nonce-[^']+'/);
  expect(first).toContain(`require-trusted-types-for 'script'`);
  expect(first).not.toMatch(/unsafe-(inline|eval)/);
  const nonce = (policy: string) => /'nonce-([^']+)'/.exec(policy)?.[1];
  expect(nonce(first)).not.toBe(nonce(second));
});

test('the portal opens under the policy, and nothing is blocked', async ({ page, urls }) => {
  const violations = watchViolations(page);
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  await account.close();
  await account.button('Update card').click();
  await expect(account.dialog).toBeVisible();
  expect(violations).toEqual([]);
});

test('Trusted Types are enforced: setting a script’s URL to a string throws', async ({
  page,
  urls,
}) => {
  await new AccountPage(page, urls).show();
  const thrown = await page.evaluate(() => {
    try {
      document.createElement('script').src = '/anything.js';
      return undefined;
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(thrown).toBe('TypeError');
});

test('the portal opens under a policy that allows scripts by nonce and strict-dynamic only', async ({
  page,
  urls,
}) => {
  const violations = watchViolations(page);
  await page.route(`${urls.demo}/`, async (route) => {
    const response = await route.fetch();
    const policy = response
      .headers()
      ['content-security-policy']?.replace(
        /script-src [^;]*('nonce-[^']+')[^;]*/,
        `script-src $1 'strict-dynamic'`,
      );
    expect(policy).toContain('strict-dynamic');
    await route.fulfill({
      response,
      headers: { ...response.headers(), 'content-security-policy': policy ?? '' },
    });
  });
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  expect(violations).toEqual([]);
});
