import type { Emulator } from '../src/index.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

describe('What is recorded', () => {
  closeEmulatorsAfterEach();

  const urls = ({ requests }: Emulator) => requests.list().map(({ url }) => url);

  it('has nothing that opens a hosted page', async () => {
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

  it('says which hosted pages were made, and what an event is about', async () => {
    const emulator = await emulatorForSpec();
    const path = '/hosted_pages/manage_payment_sources';
    const form = 'customer[id]=juniper-bakery&redirect_url=http://localhost/';
    await call(emulator, 'POST', path, form);
    await call(emulator, 'POST', '/subscriptions/juniper-growth/cancel_for_items', '');
    expect(urls(emulator)).toContain(`/api/v2${path}`);
    const overview = await (await fetch(`${emulator.url}/_emulator/overview`)).text();
    expect(overview).toContain('"resource_id":"juniper-growth"');
  });
});
