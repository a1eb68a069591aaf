import { provideHttpClient } from '@angular/common/http';
import { inject, type EnvironmentProviders, type Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  ApolloLink,
  InMemoryCache,
  HttpLink as FetchLink,
  type ApolloClient,
} from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { Apollo, provideApollo, provideNamedApollo } from 'apollo-angular';
import { HttpLink } from 'apollo-angular/http';
import {
  ChargebeePortalService,
  provideChargebeePortal,
  withIdentity,
  type PortalFeature,
} from 'ngx-chargebee-portal';
import { Observable } from 'rxjs';
import { FakeChargebee } from '../../test/fake-chargebee';
import { rejection } from '../../test/setup';
import { withApollo } from './public-api';

const SESSION = {
  __typename: 'PortalSession',
  id: 'portal_1',
  token: 'token-1',
  accessUrl: 'https://acme-test.chargebeeportal.com/portal/access/token-1',
  createdAt: '2026-11-23T09:00:00.000Z',
  expiresAt: '2026-11-23T10:00:00.000Z',
  customerId: 'bakery',
};

type Answer = (operation: ApolloLink.Operation) => ApolloLink.Result | Error;

/** Creates a terminating link with the answers of a test. */
const answering = (answer: Answer): ApolloLink =>
  new ApolloLink(
    (operation) =>
      new Observable((observer) => {
        const result = answer(operation);
        if (result instanceof Error) return observer.error(result);
        observer.next(result);
        observer.complete();
      }),
  );

const options = (link: ApolloLink): ApolloClient.Options => ({ link, cache: new InMemoryCache() });

describe('withApollo', () => {
  let chargebee: FakeChargebee;

  beforeEach(() => (chargebee = new FakeChargebee().install()));
  afterEach(() => FakeChargebee.uninstall());

  function setUp(apollo: Provider | EnvironmentProviders, backend: PortalFeature = withApollo()) {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        apollo,
        provideChargebeePortal(
          { site: 'acme-test' },
          backend,
          withIdentity(() => 'user-1'),
        ),
      ],
    });
    return TestBed.inject(ChargebeePortalService);
  }

  it('requests a session with the app’s Apollo client, and does not cache it', async () => {
    const service = setUp(
      provideApollo(() => options(answering(() => ({ data: { createPortalSession: SESSION } })))),
    );
    await service.open();
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
    expect(JSON.stringify(TestBed.inject(Apollo).client.extract())).not.toContain('token-1');
  });

  it('requests the page for payment methods', async () => {
    const page = { ...SESSION, url: 'https://acme-test.chargebee.com/pages/v3/1', id: 'page_1' };
    const service = setUp(
      provideApollo(() =>
        options(answering(() => ({ data: { createManagePaymentSourcesPage: page } }))),
      ),
    );
    await service.managePaymentSources();
    expect(chargebee.instance?.hostedPages).toEqual([jasmine.objectContaining({ id: 'page_1' })]);
  });

  it('uses a named client', async () => {
    const service = setUp(
      provideNamedApollo(() => ({
        default: options(answering(() => new Error('the wrong one'))),
        billing: options(answering(() => ({ data: { createPortalSession: SESSION } }))),
      })),
      withApollo({ client: 'billing' }),
    );
    await service.open();
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
  });

  it('waits for the session with the flag useMutationLoading, by which Apollo emits a state without data first', async () => {
    const link = answering(() => ({ data: { createPortalSession: SESSION } }));
    await setUp(provideApollo(() => options(link), { useMutationLoading: true })).open();
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
  });

  it('retries with the same idempotency key', async () => {
    const keys: unknown[] = [];
    const link = ApolloLink.from([
      new RetryLink({ delay: { initial: 1 } }),
      answering(({ variables }) => {
        keys.push((variables['input'] as { idempotencyKey: string }).idempotencyKey);
        return keys.length < 3
          ? new Error('connection reset')
          : { data: { createPortalSession: SESSION } };
      }),
    ]);
    await setUp(provideApollo(() => options(link))).open();
    expect(keys.length).toBe(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toEqual(jasmine.any(String));
  });

  it('passes the server’s code through with any error policy of the app', async () => {
    const errors = [{ message: 'Too many.', extensions: { code: 'RATE_LIMITED', retryAfter: 12 } }];
    const service = setUp(
      provideApollo(() => ({
        ...options(answering(() => ({ data: null, errors }))),
        defaultOptions: { mutate: { errorPolicy: 'all' } } as ApolloClient.DefaultOptions,
      })),
    );
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({ code: 'RATE_LIMITED', message: 'Too many.', retryAfter: 12 }),
    );
  });

  it('leaves the session of an answer with errors out of the error', async () => {
    const errors = [{ message: 'No.', path: ['createPortalSession', 'expiresAt'] }];
    const data = { createPortalSession: SESSION };
    const service = setUp(provideApollo(() => options(answering(() => ({ data, errors })))));
    const failure = await rejection(service.open());
    expect(failure).toEqual(jasmine.objectContaining({ code: 'UNKNOWN', message: 'No.' }));
    expect(JSON.stringify(failure)).not.toContain('token-1');
  });

  it('fails with INVALID_RESPONSE for an answer without data', async () => {
    const service = setUp(provideApollo(() => options(answering(() => ({ data: null })))));
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({ code: 'INVALID_RESPONSE' }),
    );
  });

  describe('over HTTP', () => {
    const unauthenticated = {
      errors: [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }],
    };
    const fetching = (fetch: () => Promise<Response>) =>
      provideApollo(() => options(new FetchLink({ uri: '/graphql', fetch })));
    const answered = (body: string, status: number) => () =>
      Promise.resolve(
        new Response(body, { status, headers: { 'content-type': 'application/json' } }),
      );

    for (const [name, body, status, code] of [
      ['a code in an answer of 401', JSON.stringify(unauthenticated), 401, 'UNAUTHENTICATED'],
      ['a bare 503', 'upstream failed', 503, 'BILLING_UNAVAILABLE'],
      ['a bare 429', '', 429, 'RATE_LIMITED'],
    ] as const) {
      it(`fails with ${code} for ${name}, by Apollo’s own link`, async () => {
        const service = setUp(fetching(answered(body, status)));
        expect(await rejection(service.open())).toEqual(jasmine.objectContaining({ code }));
      });
    }

    it('fails with INVALID_RESPONSE for a malformed answer, without its session', async () => {
      const service = setUp(fetching(answered(`Notice: x\n${JSON.stringify(SESSION)}`, 200)));
      const failure = await rejection(service.open());
      expect(failure).toEqual(jasmine.objectContaining({ code: 'INVALID_RESPONSE' }));
      expect(JSON.stringify(failure)).not.toContain('token-1');
    });

    it('fails with NETWORK_ERROR when there is no answer', async () => {
      const service = setUp(fetching(() => Promise.reject(new TypeError('Failed to fetch'))));
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'NETWORK_ERROR' }),
      );
    });

    it('fails with NETWORK_ERROR when there is no answer, by apollo-angular’s link', async () => {
      const uri = 'http://localhost:1/graphql';
      const service = setUp(provideApollo(() => options(inject(HttpLink).create({ uri }))));
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'NETWORK_ERROR' }),
      );
    });
  });

  it('names provideApollo() in the error if there is no Apollo client', async () => {
    expect(await rejection(setUp([]).open())).toEqual(
      jasmine.objectContaining({
        code: 'NOT_CONFIGURED',
        message: jasmine.stringContaining('provideApollo()'),
      }),
    );
  });

  it('names a missing client in the error', async () => {
    const service = setUp(
      provideNamedApollo(() => ({ billing: options(answering(() => new Error('not this one'))) })),
      withApollo({ client: 'biling' }),
    );
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({
        code: 'NOT_CONFIGURED',
        message: jasmine.stringContaining('"biling"'),
      }),
    );
  });

  it('names what is missing in the error if there are only named clients', async () => {
    const service = setUp(
      provideNamedApollo(() => ({ shop: options(answering(() => new Error('not this one'))) })),
    );
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({
        code: 'NOT_CONFIGURED',
        message: jasmine.stringContaining('no default Apollo client'),
      }),
    );
  });
});
