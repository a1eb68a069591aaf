import type { Emulator } from '../src/index.js';
import { BASIC, closeEmulatorsAfterEach, emulatorForSpec, rawRequest } from './support.js';

describe('links', () => {
  closeEmulatorsAfterEach();

  interface Answers {
    list: { portal_session: { access_url: string }; hosted_page: { url: string } }[];
    hosted_page: { url: string };
    portal_session: { access_url: string };
    download: { download_url: string };
  }

  /** Returns the origins of all links in API responses to requests with a given Host header. */
  async function originsFor(emulator: Emulator, host: string): Promise<string[]> {
    const ask = async (method: string, path: string) => {
      const headers = { host, authorization: BASIC };
      const answer = await rawRequest(emulator, `/api/v2${path}`, headers, method);
      return JSON.parse(answer.body) as Answers;
    };
    const { store } = emulator;
    const session = store.portalSessions.create({ customer_id: 'juniper-bakery' });
    const page = store.hostedPages.managePaymentSources({ customer_id: 'juniper-bakery' });
    const urls = [
      (await ask('GET', `/portal_sessions/${session.id}`)).portal_session.access_url,
      (await ask('GET', `/hosted_pages/${page.id}`)).hosted_page.url,
      (await ask('GET', '/hosted_pages')).list[0]?.hosted_page.url ?? '',
      (await ask('POST', '/invoices/INV-0001/pdf')).download.download_url,
    ];
    return [...new Set(urls.map((url) => new URL(url).origin))];
  }

  for (const [host, origin] of [
    ['localhost:4391', 'http://localhost:4391'],
    ['127.0.0.1:4391', 'http://localhost:4391'],
    ['acme-test.localhost:4391', 'http://localhost:4391'],
    ['[::1]:4391', 'http://[::1]:4391'],
    ['docker.example:8080', 'http://docker.example:8080'],
    ['docker.example', 'http://docker.example'],
  ] as const) {
    it(`use the host and port of the request: ${host}`, async () => {
      const emulator = await emulatorForSpec({ allowedHosts: ['docker.example'] });
      expect(await originsFor(emulator, host)).toEqual([origin]);
    });
  }

  it('use the public URL if it is set', async () => {
    const emulator = await emulatorForSpec({ publicUrl: 'https://billing.example' });
    expect(await originsFor(emulator, 'localhost:4391')).toEqual(['https://billing.example']);
  });

  it('use the listening address when created from code', async () => {
    const emulator = await emulatorForSpec();
    const { access_url } = emulator.store.portalSessions.create({ customer_id: 'juniper-bakery' });
    expect(new URL(access_url).origin).toBe(emulator.url);
  });

  it('on the page at / use the port of the request', async () => {
    const emulator = await emulatorForSpec();
    const path = '/_emulator/customers/juniper-bakery/portal';
    const { status, headers } = await rawRequest(
      emulator,
      path,
      { host: 'localhost:4391' },
      'POST',
    );
    expect(status).toBe(303);
    expect(headers.location).toMatch(/^http:\/\/localhost:4391\/portal\/access\/\w+$/);
  });
});
