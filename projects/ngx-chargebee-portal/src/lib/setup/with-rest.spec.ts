import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { inject, InjectionToken } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { fakeBrowser, PHONE } from '../../../test/fake-browser';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { brokenScript, rejection, waitForRequest } from '../../../test/setup';
import {
  ChargebeePortalService,
  provideChargebeePortal,
  withIdentity,
  withRest,
  withScriptUrl,
  type PortalError,
} from '../../public-api';

const API_URL = new InjectionToken<string>('API_URL');

/** Objects of Chargebee's API, with times in seconds. */
const SESSION = {
  id: 'portal_1',
  token: 'token-1',
  access_url: 'https://acme-test.chargebeeportal.com/portal/access/token-1',
  created_at: 1515494835,
  expires_at: 1515498435,
  status: 'created',
  object: 'portal_session',
  customer_id: 'bakery',
};

const PAGE = {
  id: 'page_1',
  type: 'manage_payment_sources',
  url: 'https://acme-test.chargebee.com/pages/v3/page_1/manage_payment_sources',
  state: 'created',
  embed: true,
  created_at: 1515494835,
  object: 'hosted_page',
};

describe('withRest', () => {
  let chargebee: FakeChargebee;
  let service: ChargebeePortalService;
  let http: HttpTestingController;

  function setUp(backend = withRest({ url: '/api/', withCredentials: true })): void {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(
          withInterceptors([
            (request, next) => next(request.clone({ setHeaders: { Authorization: 'Bearer me' } })),
          ]),
        ),
        provideHttpClientTesting(),
        { provide: API_URL, useValue: 'https://billing.example.com' },
        provideChargebeePortal(
          { site: 'acme-test' },
          backend,
          withIdentity(() => 'user-1'),
          withScriptUrl(brokenScript()),
        ),
      ],
    });
    service = TestBed.inject(ChargebeePortalService);
    http = TestBed.inject(HttpTestingController);
  }

  beforeEach(() => {
    chargebee = new FakeChargebee().install();
  });

  afterEach(() => {
    http.verify();
    FakeChargebee.uninstall();
  });

  it('posts to /portal-session with HttpClient, so that interceptors apply', async () => {
    setUp();
    const opening = service.open({ customerId: 'bakery' });
    const call = await waitForRequest(http, '/api/portal-session');
    expect(call.request.method).toBe('POST');
    expect(call.request.withCredentials).toBeTrue();
    expect(call.request.headers.get('Authorization')).toBe('Bearer me');
    expect(call.request.body).toEqual(
      jasmine.objectContaining({
        customer_id: 'bakery',
        redirect_url: jasmine.stringMatching(/^http/),
        idempotency_key: jasmine.any(String),
      }),
    );
    call.flush(SESSION);
    await opening;
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
  });

  it('also accepts a session that is wrapped as in Chargebee’s API', async () => {
    setUp();
    const opening = service.open();
    (await waitForRequest(http, '/api/portal-session')).flush({ portal_session: SESSION });
    await opening;
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
  });

  it('posts to /manage-payment-sources', async () => {
    setUp();
    const opening = service.managePaymentSources();
    (await waitForRequest(http, '/api/manage-payment-sources')).flush(PAGE);
    await opening;
    expect(chargebee.instance?.hostedPages).toEqual([
      jasmine.objectContaining({
        id: 'page_1',
        url: PAGE.url,
        createdAt: '2018-01-09T10:47:15.000Z',
      }),
    ]);
  });

  it('logs out a session that was opened by its access URL', async () => {
    FakeChargebee.uninstall();
    const { windows } = fakeBrowser({ userAgent: PHONE });
    setUp();
    const opening = service.open();
    (await waitForRequest(http, '/api/portal-session')).flush({ ...SESSION, id: 'portal/1' });
    await opening;
    expect(windows[0].visited).toEqual([SESSION.access_url]);
    const logout = service.logout();
    const call = await waitForRequest(http, '/api/portal-session/portal%2F1/logout');
    expect(call.request.method).toBe('POST');
    call.flush(null, { status: 204, statusText: 'No Content' });
    await logout;
  });

  it('accepts its options from a function, which runs in an injection context', async () => {
    setUp(withRest(() => ({ url: inject(API_URL) })));
    const opening = service.open();
    (await waitForRequest(http, 'https://billing.example.com/portal-session')).flush(SESSION);
    await opening;
    expect(service.isOpen()).toBeTrue();
  });

  it('names the feature in the error if there is no URL', async () => {
    setUp(withRest(() => ({ url: undefined as unknown as string })));
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({
        code: 'NOT_CONFIGURED',
        argument: 'withRest',
        message: jasmine.stringMatching(
          /^withRest\(\): url is undefined; set it to the URL of your backend\.$/,
        ),
      }),
    );
  });

  it('reads code, message, argument and retryAfter from problem details', async () => {
    setUp();
    const failure = rejection(service.open());
    (await waitForRequest(http, '/api/portal-session')).flush(
      {
        title: 'Too Many Requests',
        status: 429,
        detail: 'Too many.',
        code: 'RATE_LIMITED',
        retryAfter: 12,
      },
      { status: 429, statusText: 'Too Many Requests' },
    );
    expect(await failure).toEqual(
      jasmine.objectContaining({ code: 'RATE_LIMITED', message: 'Too many.', retryAfter: 12 }),
    );
    const refused = rejection(service.open());
    (await waitForRequest(http, '/api/portal-session')).flush(
      { status: 400, message: 'Not allowed.', code: 'BAD_USER_INPUT', argument: 'redirect_url' },
      { status: 400, statusText: 'Bad Request' },
    );
    expect(await refused).toEqual(
      jasmine.objectContaining({
        code: 'BAD_USER_INPUT',
        message: 'Not allowed.',
        argument: 'redirectUrl',
      }),
    );
  });

  for (const status of [200, 201]) {
    it(`leaves the session of a malformed answer of ${status} out of the error`, async () => {
      setUp();
      const failure = rejection(service.open());
      // As Angular does when the body is not JSON, such as that of a PHP backend which prints a warning before it.
      const body = {
        error: new SyntaxError('No JSON'),
        text: `Notice: x\n${JSON.stringify(SESSION)}`,
      };
      (await waitForRequest(http, '/api/portal-session')).error(body as unknown as ProgressEvent, {
        status,
        statusText: 'OK',
      });
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'INVALID_RESPONSE' }));
      expect(JSON.stringify(await failure)).not.toContain('token-1');
    });
  }

  for (const [code, status] of [
    ['CUSTOMER_NOT_FOUND', 404],
    ['BILLING_MISCONFIGURED', 500],
    ['FORBIDDEN', 403],
  ] as const) {
    it(`fails with ${code} rather than by the status ${status}`, async () => {
      setUp();
      const failure = rejection(service.open());
      (await waitForRequest(http, '/api/portal-session')).flush(
        { status, code },
        { status, statusText: 'No' },
      );
      expect(((await failure) as PortalError).code).toBe(code);
    });
  }

  for (const [status, code] of [
    [400, 'BAD_REQUEST'],
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'ENDPOINT_NOT_FOUND'],
    [429, 'RATE_LIMITED'],
    [500, 'BACKEND_FAILED'],
    [503, 'BILLING_UNAVAILABLE'],
  ] as const) {
    it(`fails with ${code} for the status ${status} without a code`, async () => {
      setUp();
      const failure = rejection(service.open());
      (await waitForRequest(http, '/api/portal-session')).flush(
        { error: 'no' },
        { status, statusText: 'No' },
      );
      expect(((await failure) as PortalError).code).toBe(code);
    });
  }

  for (const answer of [null, {}, { portal_session: {} }, { ...SESSION, token: undefined }]) {
    it(`fails with INVALID_RESPONSE for ${JSON.stringify(answer)}`, async () => {
      setUp();
      const failure = rejection(service.open());
      (await waitForRequest(http, '/api/portal-session')).flush(answer);
      expect(((await failure) as PortalError).code).toBe('INVALID_RESPONSE');
    });
  }
});
