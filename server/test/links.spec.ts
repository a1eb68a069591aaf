import { request } from 'node:http';
import { CREATE, PAYMENT_SOURCES, Portal } from './support/portal.js';

describe('links', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await Portal.start({
      USER_REQUESTS_PER_MINUTE: '10000',
      CHARGEBEE_REQUESTS_PER_MINUTE: '10000',
      REDIRECT_ORIGINS: 'https://app.example.com, http://localhost:4200',
    });
  });

  beforeEach(() => {
    portal.chargebee.calls.length = 0;
  });

  afterAll(() => portal.stop());

  for (const url of [
    'https://app.example.com',
    'https://app.example.com/account?tab=billing#invoices',
    'HTTPS://APP.EXAMPLE.COM/account',
    'https://app.example.com:443/account',
    'http://localhost:4200/',
  ]) {
    it(`back to ${url} are passed on`, async () => {
      for (const operation of [CREATE, PAYMENT_SOURCES]) {
        const { errors } = await portal.graphql(operation, { input: { redirectUrl: url } });
        expect(errors).toBeUndefined();
      }
      for (const { form } of portal.chargebee.calls) {
        expect(form.get('redirect_url')).toBe(new URL(url).href);
      }
    });
  }

  for (const url of [
    'https://evil.example.com/',
    'https://app.example.com.evil.example.com/',
    'https://app.example.com@evil.example.com/',
    'https://user:password@app.example.com/',
    'https://evil.example.com/https://app.example.com/',
    'https://app.example.com:8443/',
    'http://app.example.com/',
    'https://sub.app.example.com/',
    'https://app.example.com\\@evil.example.com/',
    'https:\\\\app.example.com/',
    'https:app.example.com',
    'https://app.example.com\t.evil.example.com/',
    ' https://app.example.com/',
    'https://app.example.com/\r\nLocation: https://evil.example.com/',
    '//app.example.com/',
    '/account',
    'account',
    '',
    'javascript:alert(1)//https://app.example.com/',
    'data:text/html,hello',
    'blob:https://app.example.com/1',
    'https://аpp.example.com/',
    `https://app.example.com/${'x'.repeat(230)}`,
  ]) {
    it(`back to ${JSON.stringify(url).slice(0, 70)} are refused, and no call is made upstream`, async () => {
      for (const operation of [CREATE, PAYMENT_SOURCES]) {
        const { errors } = await portal.graphql(operation, { input: { redirectUrl: url } });
        expect(errors?.[0]?.extensions).toEqual(
          jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'input.redirectUrl' }),
        );
      }
      expect(portal.chargebee.calls).toEqual([]);
    });
  }

  it('into the portal are passed on when they lead to the site’s own portal', async () => {
    const urls = [
      'https://acme-test.chargebeeportal.com/portal/permalink/subscriptions/s1/edit',
      `${portal.chargebee.origin}/portal/v2/home`,
    ];
    for (const forwardUrl of urls) {
      const { errors } = await portal.graphql(CREATE, { input: { forwardUrl } });
      expect(errors).withContext(forwardUrl).toBeUndefined();
    }
    expect(portal.chargebee.calls.map(({ form }) => form.get('forward_url'))).toEqual(urls);
  });

  it('into the portal are refused when they lead to another site', async () => {
    for (const forwardUrl of [
      'https://other.chargebeeportal.com/portal',
      'https://chargebeeportal.com/portal',
      'https://acme-test.chargebeeportal.com.evil.example.com/portal',
      'http://acme-test.chargebeeportal.com/portal',
      'https://app.example.com/',
    ]) {
      const { errors } = await portal.graphql(CREATE, { input: { forwardUrl } });
      expect(errors?.[0]?.extensions)
        .withContext(forwardUrl)
        .toEqual(
          jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'input.forwardUrl' }),
        );
    }
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('that are not strings are refused', async () => {
    const { errors, data } = await portal.graphql(CREATE, { input: { redirectUrl: 7 } });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('links back', () => {
  it('may lead to the CORS origins by default, and nowhere without those', async () => {
    const portal = await Portal.start();
    const input = { redirectUrl: 'https://app.example.com/done' };
    const { data } = await portal.graphql(CREATE, { input });
    expect(data?.createPortalSession?.redirectUrl).toBe('https://app.example.com/done');
    await portal.stop();

    const closed = await Portal.start({ CORS_ORIGINS: undefined });
    const { errors } = await closed.graphql(CREATE, { input });
    expect(errors?.[0]?.extensions.argument).toBe('input.redirectUrl');
    await closed.stop();
  });
});

describe('links back to the server’s own origin', () => {
  const codeFor = async (portal: Portal, redirect_url: string, headers: Record<string, string>) => {
    // Not fetch(), which cannot set the host.
    const { hostname, port } = new URL(portal.url);
    const token = await portal.idp.token();
    return new Promise<number | undefined>((resolve, reject) => {
      request(
        {
          hostname,
          port,
          path: '/portal-session',
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            ...headers,
          },
        },
        (response) => resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end(JSON.stringify({ redirect_url }));
    });
  };

  it('need no configuration when app and server have the same origin', async () => {
    const portal = await Portal.start({ CORS_ORIGINS: undefined });
    const { host } = new URL(portal.url);
    for (const [url, headers, status] of [
      [`${portal.url}/account`, {}, 200],
      // A proxy that ends TLS and keeps the host.
      ['https://app.example.com/account', { host: 'app.example.com' }, 200],
      // A development server's proxy that changes the host.
      [
        'http://localhost:4200/account',
        { host, origin: 'http://localhost:4200', 'sec-fetch-site': 'same-origin' },
        200,
      ],
      ['http://localhost:4200/account', { origin: 'http://localhost:4200' }, 400],
      [
        'http://localhost:4200/account',
        { origin: 'http://localhost:4200', 'sec-fetch-site': 'same-site' },
        400,
      ],
      ['https://other.example.com/', { host: 'app.example.com' }, 400],
      // The header of a proxy that is not trusted.
      ['https://app.example.com/', { 'x-forwarded-host': 'app.example.com' }, 400],
      ['https://app.example.com/', { host: '[' }, 400],
    ] as const) {
      expect(await codeFor(portal, url, headers))
        .withContext(`${url} ${JSON.stringify(headers)}`)
        .toBe(status);
    }
    await portal.stop();
  });

  it('are recognized behind a trusted proxy', async () => {
    const portal = await Portal.start({ CORS_ORIGINS: undefined, TRUST_PROXY: '1' });
    const forwarded = { 'x-forwarded-host': 'app.example.com', 'x-forwarded-proto': 'https' };
    expect(await codeFor(portal, 'https://app.example.com/account', forwarded)).toBe(200);
    expect(await codeFor(portal, 'https://evil.example.com/', forwarded)).toBe(400);
    await portal.stop();
  });

  it('may lead to an app in a web view, if configured', async () => {
    const portal = await Portal.start({ REDIRECT_ORIGINS: 'Capacitor://localhost' });
    expect(await codeFor(portal, 'capacitor://localhost/account', {})).toBe(200);
    expect(await codeFor(portal, 'Capacitor://LocalHost/account', {})).toBe(200);
    expect(await codeFor(portal, 'ionic://localhost/account', {})).toBe(400);
    await portal.stop();
  });
});
