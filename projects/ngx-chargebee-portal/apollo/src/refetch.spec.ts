import { ApplicationRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ApolloLink, InMemoryCache } from '@apollo/client';
import { Apollo, gql, provideNamedApollo } from 'apollo-angular';
import {
  ChargebeePortalService,
  provideChargebeePortal,
  withIdentity,
  type PortalEvent,
} from 'ngx-chargebee-portal';
import {
  ChargebeePortalTestingController,
  provideChargebeePortalTesting,
} from 'ngx-chargebee-portal/testing';
import { Observable } from 'rxjs';
import { nextTask, until } from '../../test/setup';
import { withApollo, withRefetch, type RefetchOptions, type RefetchQueries } from './public-api';

const SUBSCRIPTIONS = gql`
  query Subscriptions {
    plan
  }
`;
const INVOICES = gql`
  query Invoices {
    total
  }
`;

const CHANGE: PortalEvent = { type: 'subscriptionChanged', subscription: { id: 'sub-1' } };

/** The data of the backend, which tests change, and the names of the queries that it has answered. */
class Data {
  plan = 'Basic';
  total = 10;
  fails = false;
  readonly fetched: string[] = [];
  /** Called for each query, before it is answered. */
  onFetch: () => void = () => undefined;

  readonly link = new ApolloLink(
    ({ operationName }) =>
      new Observable((observer) => {
        this.fetched.push(operationName!);
        this.onFetch();
        if (this.fails) return observer.error(new Error('The backend is down.'));
        const { plan, total } = this;
        observer.next({ data: operationName === 'Invoices' ? { total } : { plan } });
        observer.complete();
      }),
  );
}

describe('withRefetch', () => {
  let data: Data;
  let namedData: Data;
  let portal: ChargebeePortalTestingController;

  async function setUp(queries: RefetchQueries, options: RefetchOptions = {}) {
    data = new Data();
    namedData = new Data();
    const client = (link: ApolloLink) => ({ link, cache: new InMemoryCache() });
    TestBed.configureTestingModule({
      providers: [
        provideNamedApollo(() => ({
          default: client(data.link),
          named: client(namedData.link),
        })),
        provideChargebeePortalTesting(withRefetch(queries, { delay: 1, ...options })),
      ],
    });
    portal = TestBed.inject(ChargebeePortalTestingController);
    for (const query of [SUBSCRIPTIONS, INVOICES]) {
      TestBed.inject(Apollo)
        .watchQuery({ query })
        .valueChanges.subscribe({ error: () => undefined });
    }
    await until(() => data.fetched.length === 2);
    data.fetched.length = 0;
    void TestBed.inject(ChargebeePortalService).open();
  }

  /** Resolves when nothing has been fetched for longer than any delay of these specs. */
  async function quiet(): Promise<void> {
    for (let before = -1; before !== data.fetched.length;) {
      before = data.fetched.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  it('fetches the queries of an event until their data has changed', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions', 'NotWatched'] });
    data.onFetch = () => {
      if (data.fetched.length === 3) data.plan = 'Premium'; // The webhook has arrived.
    };
    portal.emit(CHANGE);
    await quiet();
    expect(data.fetched).toEqual(['Subscriptions', 'Subscriptions', 'Subscriptions']);
  });

  it('stops after its retries if nothing changes', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] }, { retries: 2 });
    portal.emit(CHANGE);
    await quiet();
    expect(data.fetched.length).toBe(3);
  });

  it('doubles the delay each time', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] }, { delay: 10, retries: 3 });
    const times: number[] = [performance.now()];
    data.onFetch = () => times.push(performance.now());
    portal.emit(CHANGE);
    await until(() => times.length === 5);
    const pauses = times.slice(1).map((time, i) => time - times[i]);
    // Timers can be late, but early only by rounding.
    [10, 20, 40, 80].forEach((pause, i) => expect(pauses[i]).toBeGreaterThan(pause - 2));
  });

  it('retries a query that fails', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] });
    data.fails = true;
    data.onFetch = () => {
      if (data.fetched.length < 2) return;
      data.fails = false;
      data.plan = 'Premium';
    };
    portal.emit(CHANGE);
    await quiet();
    expect(data.fetched.length).toBe(2);
  });

  it('stops if the app has fetched the change meanwhile', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] }, { delay: 30 });
    portal.emit(CHANGE);
    data.plan = 'Premium';
    await TestBed.inject(Apollo).client.refetchQueries({ include: ['Subscriptions'] });
    data.fetched.length = 0;
    await until(() => data.fetched.length === 1);
    await quiet();
    expect(data.fetched.length).toBe(1);
  });

  it('fetches in one series for several events', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] }, { retries: 1 });
    portal.emit(CHANGE);
    portal.emit(CHANGE);
    await quiet();
    expect(data.fetched.length).toBe(2);
  });

  it('does nothing for other events', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] });
    portal.emit({ type: 'loaded' });
    portal.emit({ type: 'visit', sectionType: 'sub_details' });
    await quiet();
    expect(data.fetched).toEqual([]);
  });

  describe('when the portal is closed', () => {
    const queries: RefetchQueries = {
      subscriptionChanged: ['Subscriptions'],
      paymentSourceAdd: ['Invoices', 'Subscriptions'],
    };

    it('fetches all queries once if the portal has reported an event', async () => {
      await setUp(queries);
      portal.emit({ type: 'loaded' });
      portal.emit({ type: 'close' });
      await quiet();
      expect(data.fetched.sort()).toEqual(['Invoices', 'Subscriptions']);
    });

    it('retries if the portal has reported no other event', async () => {
      await setUp(queries, { retries: 2 });
      data.onFetch = () => {
        if (data.fetched.length === 2) data.plan = 'Premium';
      };
      portal.emit({ type: 'close' });
      await quiet();
      expect(data.fetched.filter((name) => name === 'Subscriptions').length).toBeLessThan(3);
      expect(data.fetched.filter((name) => name === 'Invoices').length).toBe(3);
    });

    it('keeps the retries of an earlier change', async () => {
      await setUp(queries, { retries: 2 });
      portal.emit(CHANGE);
      portal.emit({ type: 'close' });
      await quiet();
      expect(data.fetched.filter((name) => name === 'Subscriptions').length).toBe(3);
      expect(data.fetched.filter((name) => name === 'Invoices').length).toBe(1);
    });

    it('retries the queries that are listed for `close`', async () => {
      await setUp({ close: ['Invoices'] }, { retries: 2 });
      portal.emit({ type: 'loaded' });
      portal.emit({ type: 'close' });
      await quiet();
      expect(data.fetched).toEqual(['Invoices', 'Invoices', 'Invoices']);
    });
  });

  it('lets the application become stable while it waits', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] }, { delay: 60_000 });
    portal.emit(CHANGE);
    await TestBed.inject(ApplicationRef).whenStable();
    expect(data.fetched).toEqual([]);
  });

  it('fetches with a named client', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] }, { client: 'named', retries: 0 });
    TestBed.inject(Apollo)
      .use('named')
      .watchQuery({ query: SUBSCRIPTIONS })
      .valueChanges.subscribe();
    await until(() => namedData.fetched.length === 1);
    portal.emit(CHANGE);
    await quiet();
    expect(namedData.fetched).toEqual(['Subscriptions', 'Subscriptions']);
    expect(data.fetched).toEqual([]);
  });

  it('stops when the application is destroyed', async () => {
    await setUp({ subscriptionChanged: ['Subscriptions'] }, { delay: 20 });
    portal.emit(CHANGE);
    TestBed.resetTestingModule();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(data.fetched).toEqual([]);
  });

  for (const options of [{ delay: -1 }, { delay: 60_001 }, { retries: 11 }, { retries: NaN }]) {
    it(`throws for ${JSON.stringify(options)}`, () => {
      expect(() => withRefetch({}, options)).toThrowError(/withRefetch\(\): (delay|retries) is/);
    });
  }

  it('uses its defaults for undefined, and is accepted by provideChargebeePortal', async () => {
    const feature = withRefetch({}, { delay: undefined, retries: undefined, client: undefined });
    expect(() =>
      provideChargebeePortal(
        { site: 'acme-test' },
        withApollo(),
        withIdentity(() => 'user-1'),
        feature,
        withRefetch({}),
      ),
    ).not.toThrow();
    await nextTask();
  });
});
