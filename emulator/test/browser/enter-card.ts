import type { FrameLocator, Page } from 'playwright-core';

/** Fills in and submits the form for a new card. */
export async function enterCard(portal: FrameLocator | Page, number: string): Promise<void> {
  await portal.getByLabel('Card number').fill(number);
  await portal.getByLabel('Expiry month').fill('11');
  await portal.getByLabel('Expiry year').fill(String(new Date().getUTCFullYear() + 2));
  await portal.getByLabel('Security code').fill('123');
  await portal.getByRole('button', { name: 'Add card' }).click();
}
