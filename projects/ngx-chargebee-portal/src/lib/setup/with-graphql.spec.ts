import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { fakeBrowser, PHONE } from '../../../test/fake-browser';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { rejection, waitForRequest } from '../../../test/setup';
import {
  ChargebeePortalService,
  provideChargebeePortal,
  withGraphql,
  withIdentity,
} from '../../public-api';

const SESSION = {
  id: 'portal_1',
  token: 'token-1',
  accessUrl: 'https://acme-test.chargebeeportal.com/portal/access/token-1',
  createdAt: '2026-11-23T09:00:00.000Z',
  expiresAt: '2026-11-23T10:00:00.000Z',
  customerId: 'bakery',
};

describe('withGraphql', () => {
  let chargebee: FakeChargebee;
  let service: ChargebeePortalService;
  let http: HttpTestingController;

  beforeEach(() => {
    chargebee = new FakeChargebee().install();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(
          withInterceptors([
            (request, next) => next(request.clone({ setHeaders: { Authorization: 'Bearer me' } })),
          ]),
        ),
        provideHttpClientTesting(),
        provideChargebeePortal(
          { site: 'acme-test' },
          withGraphql({ url: '/graphql', withCredentials: true }),
          withIdentity(() => 'user-1'),
        ),
      ],
    });
    service = TestBed.inject(ChargebeePortalService);
    http = TestBed.inject(HttpTestingController);
  });

  afterEach(() => {
    http.verify();
    FakeChargebee.uninstall();
  });

  const request = () => waitForRequest(http, '/graphql');

  it('posts the mutation with HttpClient, so that interceptors apply', async () => {
    const opening = service.open({ customerId: 'bakery' });
    const call = await request();
    expect(call.request.method).toBe('POST');
    expect(call.request.withCredentials).toBeTrue();
    expect(call.request.headers.get('Authorization')).toBe('Bearer me');
    expect(call.request.body).toEqual({
      query: jasmine.stringMatching(/^mutation CreatePortalSession/),
      variables: {
        input: {
          customerId: 'bakery',
          redirectUrl: jasmine.any(String),
          idempotencyKey: jasmine.any(String),
        },
      },
    });
    call.flush({ data: { createPortalSession: SESSION } });
    await opening;
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
  });

  it('requests the page for payment methods', async () => {
    const opening = service.managePaymentSources();
    const call = await request();
    expect(call.request.body).toEqual(
      jasmine.objectContaining({ query: jasmine.stringMatching('CreateManagePaymentSourcesPage') }),
    );
    const page = { ...SESSION, url: 'https://acme-test.chargebee.com/pages/v3/1' };
    call.flush({ data: { createManagePaymentSourcesPage: page } });
    await opening;
    expect(chargebee.instance?.hostedPages).toEqual([page]);
  });

  const graphqlError = (code: string, more = {}) => ({
    errors: [{ message: 'No.', extensions: { code, ...more } }],
    data: null,
  });

  for (const code of [
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'SESSION_NOT_FOUND',
    'CUSTOMER_NOT_FOUND',
    'BAD_USER_INPUT',
    'RATE_LIMITED',
    'BILLING_UNAVAILABLE',
    'BILLING_MISCONFIGURED',
  ]) {
    it(`passes ${code} through`, async () => {
      const failure = rejection(service.open());
      (await request()).flush(graphqlError(code, { retryAfter: 9, argument: 'customerId' }));
      expect(await failure).toEqual(
        jasmine.objectContaining({ code, message: 'No.', retryAfter: 9, argument: 'customerId' }),
      );
    });
  }

  it('reads the code of an answer with an error status', async () => {
    const failure = rejection(service.open());
    const answer = { status: 401, statusText: 'Unauthorized' };
    (await request()).flush(graphqlError('UNAUTHENTICATED'), answer);
    expect(await failure).toEqual(
      jasmine.objectContaining({ code: 'UNAUTHENTICATED', message: 'No.' }),
    );
  });

  for (const code of [
    'INTERNAL_SERVER_ERROR',
    'UNAUTHORIZED',
    'SESSION_EXPIRED',
    'RATE_LIMIT_EXCEEDED',
  ]) {
    it(`fails with UNKNOWN for ${code}, which is not a code of the backend’s schema`, async () => {
      const failure = rejection(service.open());
      (await request()).flush(graphqlError(code));
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'UNKNOWN' }));
    });
  }

  it('fails by the HTTP status if `errors` of the answer is not a list of GraphQL errors', async () => {
    const failure = rejection(service.open());
    const answer = { status: 503, statusText: 'No' };
    (await request()).flush({ errors: { input: ['bad'] } }, answer);
    expect(await failure).toEqual(jasmine.objectContaining({ code: 'BILLING_UNAVAILABLE' }));
  });

  it('leaves the session of an answer with errors out of the error', async () => {
    const failure = rejection(service.open());
    const errors = [{ message: 'No.', path: ['createPortalSession', 'expiresAt'] }];
    (await request()).flush({ errors, data: { createPortalSession: SESSION } });
    expect(await failure).toEqual(jasmine.objectContaining({ code: 'UNKNOWN', message: 'No.' }));
    expect(JSON.stringify(await failure)).not.toContain('token-1');
  });

  it('fails with INVALID_RESPONSE for an HTML page', async () => {
    const failure = rejection(service.open());
    (await request()).error(new ProgressEvent('error'), { status: 200, statusText: 'OK' });
    expect(await failure).toEqual(jasmine.objectContaining({ code: 'INVALID_RESPONSE' }));
  });

  for (const [status, code, message] of [
    [400, 'BAD_REQUEST', /GraphQL endpoint/],
    [401, 'UNAUTHENTICATED', /interceptor/],
    [403, 'FORBIDDEN', /gateway/],
    [404, 'ENDPOINT_NOT_FOUND', /Check `url`/],
    [405, 'BAD_REQUEST', /GraphQL endpoint/],
    [429, 'RATE_LIMITED', /429/],
    [500, 'BACKEND_FAILED', /log/],
    [501, 'BACKEND_FAILED', /log/],
    [502, 'BILLING_UNAVAILABLE', /not available/],
    [503, 'BILLING_UNAVAILABLE', /not available/],
    [504, 'BILLING_UNAVAILABLE', /not available/],
  ] as const) {
    for (const body of [null, '<h1>No</h1>', { error: 'no' }]) {
      it(`fails with ${code} for the status ${status} with ${JSON.stringify(body)}`, async () => {
        const failure = rejection(service.open());
        (await request()).flush(body, { status, statusText: 'No' });
        expect(await failure).toEqual(
          jasmine.objectContaining({ code, message: jasmine.stringMatching(message) }),
        );
      });
    }
  }

  it('reads retryAfter from the Retry-After header if the answer has none', async () => {
    const failure = rejection(service.open());
    const headers = { 'retry-after': '17' };
    (await request()).flush(null, { status: 429, statusText: 'No', headers });
    expect(await failure).toEqual(jasmine.objectContaining({ retryAfter: 17 }));
  });

  it('fails with NETWORK_ERROR when there is no answer', async () => {
    const failure = rejection(service.open());
    (await request()).error(new ProgressEvent('error'));
    expect(await failure).toEqual(jasmine.objectContaining({ code: 'NETWORK_ERROR' }));
  });

  for (const answer of [null, {}, { data: {} }, { data: { createPortalSession: null } }]) {
    it(`fails with INVALID_RESPONSE for ${JSON.stringify(answer)}`, async () => {
      const failure = rejection(service.open());
      (await request()).flush(answer);
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'INVALID_RESPONSE' }));
    });
  }

  it('ends a session that was opened by its access URL', async () => {
    FakeChargebee.uninstall();
    const { windows } = fakeBrowser({ userAgent: PHONE });
    spyOn(document.head, 'append'); // The script never loads or fails.
    const opening = service.open();
    (await request()).flush({ data: { createPortalSession: SESSION } });
    await opening;
    expect(windows[0].visited).toEqual([SESSION.accessUrl]);
    const done = service.logout();
    const call = await request();
    expect(call.request.body).toEqual({
      query: jasmine.stringMatching('LogoutPortalSession'),
      variables: { id: 'portal_1' },
    });
    call.flush({ data: { logoutPortalSession: { id: 'portal_1', status: 'LOGGED_OUT' } } });
    await done;
  });
});
