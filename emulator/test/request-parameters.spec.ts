import { call, closeEmulatorsAfterEach, emulatorForSpec } from './support.js';
import type { ApiError } from './support.js';

describe('the parameters of a request', () => {
  closeEmulatorsAfterEach();

  const many = (count: number) => Array.from({ length: count }, (_, i) => `cf_${i}=x`).join('&');

  it('are limited to a thousand in a form, and never truncated', async () => {
    const emulator = await emulatorForSpec();
    const create = (form: string) => call(emulator, 'POST', '/customers', form);
    expect((await create(many(1000))).status).toBe(200);
    const refused = await create(many(1001));
    expect([refused.status, ((await refused.json()) as ApiError).message]).toEqual([
      400,
      'Send at most 1000 parameters, and at most 100 in a list.',
    ]);
    expect((await create(`${'a[]=x&'.repeat(101)}id=b`)).status).toBe(400);
    expect(emulator.store.customers.list().length).toBe(8);
  });

  it('are limited to a thousand in a query', async () => {
    const emulator = await emulatorForSpec();
    const list = (query: string) => call(emulator, 'GET', `/customers?${query}`);
    expect((await list(`${'&'.repeat(999)}limit=1`)).status).toBe(200);
    const refused = await list(`${'&'.repeat(1000)}limit=1`);
    expect([refused.status, ((await refused.json()) as ApiError).message]).toEqual([
      400,
      'Send at most 1000 parameters, and at most 100 in a list.',
    ]);
  });
});
