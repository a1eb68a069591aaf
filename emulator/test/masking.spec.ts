import type { Emulator } from '../src/index.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

describe('Recorded requests and events', () => {
  closeEmulatorsAfterEach();

  const urls = ({ requests }: Emulator) => requests.list().map(({ url }) => url);

  it('contain nothing that opens a hosted page', async () => {
    const emulator = await emulatorForSpec();
    const { url, id } = emulator.store.hostedPages.managePaymentSources({
      customer_id: 'juniper-bakery',
    });
    await fetch(url);
    await call(emulator, 'GET', `/hosted_pages/${id}`);
    await call(emulator, 'POST', `/hosted_pages/${id}/acknowledge`, '');
    await call(emulator, 'GET', `/hosted_pages?id[is]=${id}&state[is]=requested`);
    expect(urls(emulator).slice(0, 3)).toEqual([
      '/api/v2/hosted_pages?id[is]=***&state[is]=requested',
      '/api/v2/hosted_pages/***/acknowledge',
      '/api/v2/hosted_pages/***',
    ]);
    expect(JSON.stringify(emulator.requests.list())).not.toContain(id);
    const overview = await (await fetch(`${emulator.url}/_emulator/overview`)).text();
    expect(overview).toContain('hosted_page_changed');
    expect(overview).not.toContain(id);
  });

  it('contain no card or token in a query, however the names are encoded', async () => {
    const emulator = await emulatorForSpec();
    const secrets: Record<string, string> = {
      'card%5Bnumber%5D': 'card%5Bnumber%5D=***',
      'card[cvv]': 'card[cvv]=***',
      'a[b][Token]': 'a[b][Token]=***',
      'card%5bnumber%5d%5b0%5d': 'card%5bnumber%5d%5b0%5d=***',
      'token[]': 'token[]=***',
      'token[0][1]': 'token[0][1]=***',
      '%74oken': '%74oken=***',
      token: 'token=***',
    };
    for (const [name, masked] of Object.entries(secrets)) {
      await call(emulator, 'GET', `/customers?limit=1&${name}=4111111111111111`);
      expect(urls(emulator)[0]).toBe(`/api/v2/customers?limit=1&${masked}`);
    }
  });

  it('contain no card or token in a body, at any depth', async () => {
    const emulator = await emulatorForSpec();
    await call(emulator, 'POST', '/customers', 'id=a&a[b][c][d][e][number]=4111111111111111');
    expect(JSON.stringify(emulator.requests.list()[0]?.body)).toMatch(/"id":"a".*"\*\*\*"/);
  });

  it('contain the rest of a query unchanged', async () => {
    const emulator = await emulatorForSpec();
    for (const query of [
      'email%5Bis%5D=a%40b.example',
      'number_of[seats]=3',
      'card[number][is]=3',
      '%zz=1&%5B=2&=3&&x',
      '[][]=1',
    ]) {
      await call(emulator, 'GET', `/customers?${query}`);
      expect(urls(emulator)[0]).toBe(`/api/v2/customers?${query}`);
    }
  });

  it('are masked quickly, even with many brackets in names', async () => {
    const emulator = await emulatorForSpec();
    const begun = performance.now();
    await call(emulator, 'GET', `/customers?${'[0]'.repeat(2600)}x=1`);
    await call(emulator, 'GET', `/customers?${'[['.repeat(3900)}x=1`);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('contain the creation of hosted pages, and the resource of an event', async () => {
    const emulator = await emulatorForSpec();
    const path = '/hosted_pages/manage_payment_sources';
    const form = 'customer[id]=juniper-bakery&redirect_url=http://localhost/';
    await call(emulator, 'POST', path, form);
    const checkout = '/hosted_pages/checkout_existing_for_items';
    await call(emulator, 'POST', checkout, 'subscription[id]=juniper-growth');
    expect(urls(emulator)[0]).toBe(`/api/v2${checkout}`);
    await call(emulator, 'POST', '/subscriptions/juniper-growth/cancel_for_items', '');
    expect(urls(emulator)).toContain(`/api/v2${path}`);
    const overview = await (await fetch(`${emulator.url}/_emulator/overview`)).text();
    expect(overview).toContain('"resource_id":"juniper-growth"');
  });
});
