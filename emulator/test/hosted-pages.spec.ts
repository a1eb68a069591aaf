import type Chargebee from 'chargebee';
import type { Emulator } from '../src/index.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';
import type { ApiError } from './support.js';

describe('hosted pages', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let sdk: Chargebee;
  beforeEach(async () => {
    emulator = await emulatorForSpec();
    sdk = sdkFor(emulator);
  });

  const createPage = async () =>
    (
      await sdk.hostedPage.managePaymentSources({
        customer: { id: 'juniper-bakery' },
        redirect_url: 'http://localhost:4200/done',
      })
    ).hosted_page;

  it('for payment sources have their own URL', async () => {
    const page = await createPage();
    expect(page).toEqual(
      jasmine.objectContaining({ type: 'manage_payment_sources', state: 'created', embed: false }),
    );
    expect(page.url).toBe(`${emulator.url}/pages/v3/${page.id}/`);
    expect(Object.keys(page)).not.toContain('customer_id');
    expect((await sdk.hostedPage.retrieve(page.id ?? '')).hosted_page).toEqual(page);
  });

  it('go from created to requested to succeeded to acknowledged', async () => {
    const { id = '' } = await createPage();
    const state = async () => (await sdk.hostedPage.retrieve(id)).hosted_page.state;
    emulator.store.hostedPages.open(id);
    expect(await state()).toBe('requested');
    emulator.store.hostedPages.open(id);
    expect(await state()).toBe('requested');
    emulator.store.hostedPages.succeed(id);
    const { hosted_page } = await sdk.hostedPage.retrieve(id);
    expect(hosted_page.content).toEqual({
      customer: jasmine.objectContaining({ id: 'juniper-bakery' }),
    } as never);
    expect((await sdk.hostedPage.acknowledge(id)).hosted_page.state).toBe('acknowledged');
    expect((await rejection(sdk.hostedPage.acknowledge(id))).api_error_code).toBe(
      'invalid_state_for_request',
    );
  });

  it('can be cancelled, which is final', async () => {
    const { id = '' } = await createPage();
    emulator.store.hostedPages.cancel(id);
    expect(() => emulator.store.hostedPages.open(id)).toThrowError(/cancelled/);
  });

  it('can be opened for an hour', async () => {
    const { id = '' } = await createPage();
    emulator.clock.advance(3540);
    emulator.store.hostedPages.open(id);
    emulator.clock.advance(60);
    expect(() => emulator.store.hostedPages.open(id)).toThrowError(/expired/);
  });

  it('are listed by their state', async () => {
    const { id = '' } = await createPage();
    await createPage();
    emulator.store.hostedPages.open(id);
    const { list } = await sdk.hostedPage.list({ state: { is: 'requested' } });
    expect(list.map(({ hosted_page }) => hosted_page.id)).toEqual([id]);
  });

  it('are listed in pages, each one once', async () => {
    const created = [await createPage(), await createPage(), await createPage()]
      .map(({ id }) => id)
      .reverse();
    const listed: (string | undefined)[] = [];
    let offset: string | undefined;
    do {
      const answer = await sdk.hostedPage.list({ limit: 1, ...(offset ? { offset } : {}) });
      listed.push(...answer.list.map(({ hosted_page }) => hosted_page.id));
      offset = answer.next_offset;
    } while (offset);
    expect(listed).toEqual(created);
  });

  it('require an existing customer', async () => {
    const none = await call(emulator, 'POST', '/hosted_pages/manage_payment_sources', '');
    expect(((await none.json()) as ApiError).param).toBe('customer[id]');
    const unknown = await rejection(
      sdk.hostedPage.managePaymentSources({ customer: { id: 'nobody' } }),
    );
    expect([unknown.api_error_code, unknown.param]).toEqual(['resource_not_found', 'customer[id]']);
  });
});
