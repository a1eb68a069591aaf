import { outages } from './support/outages.js';
import { Portal } from './support/portal.js';
import {
  BEFORE_AND_AFTER,
  describeWithPromtool,
  HEALTHY_SCRAPES,
  INTERVAL_SECONDS,
  OUTAGE_SCRAPES,
  Recording,
} from './support/recording.js';

describeWithPromtool('the alert rules in deploy/, with recorded series that are changed,', () => {
  it('fire when no instance can be scraped any more', async () => {
    const portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
    const recording = new Recording(portal);
    await recording.record(HEALTHY_SCRAPES, () => portal.post('/portal-session'));
    await portal.stop();
    // Prometheus marks the series of a failed scrape as stale.
    const stale = [...(recording.scrapes[0]?.keys() ?? [])].map((name) => [name, 'stale'] as const);
    for (let scrape = 0; scrape < OUTAGE_SCRAPES; scrape += 1) {
      recording.scrapes.push(new Map(stale));
    }
    expect(await recording.firingAfter(...BEFORE_AND_AFTER)).toEqual([[], ['PortalGone']]);
  });

  for (const [name, scrapesUp, scrapesDown, alerts] of [
    ['is up only half of the time', 4, 4, ['PortalGone', 'PortalRestarts']],
    ['starts again quickly each time', 7, 1, ['PortalRestarts']],
  ] as const) {
    it(`fire when the only instance ${name}, but not for a start or one restart`, async () => {
      const portal = await Portal.start();
      const recording = new Recording(portal);
      await recording.record(1, () => portal.post('/portal-session'));
      await portal.stop();
      const [first = new Map<string, string>()] = recording.scrapes.splice(0);
      let startedAt = 0;
      const run = (up: number, down: number) => {
        startedAt += 1;
        const series = [...first, ['process_start_time_seconds', String(startedAt)], ['up', '1']];
        const running = new Map(series as [string, string][]);
        const gone = new Map([...running.keys()].map((key) => [key, 'stale']));
        for (let count = 0; count < up; count += 1) recording.scrapes.push(running);
        for (let count = 0; count < down; count += 1) {
          recording.scrapes.push(new Map([...gone, ['up', '0']]));
        }
      };
      run(0, OUTAGE_SCRAPES);
      run(OUTAGE_SCRAPES, 7);
      run(OUTAGE_SCRAPES, 1);
      const afterOneRestart = recording.scrapes.length;
      for (let count = 0; count < 6; count += 1) run(scrapesUp, scrapesDown);
      const times = [34, 40, 46, 71, 75, afterOneRestart, recording.scrapes.length];
      expect(await recording.firingAfter(...times)).toEqual([[], [], [], [], [], [], [...alerts]]);
    });
  }

  for (const [name, scrapesBetweenCalls] of [
    ['are so short that no scrape sees them', 1],
    ['are few, since minutes pass between two calls', 24],
  ] as const) {
    it(`fire when Chargebee refuses all calls, and its pauses ${name}`, async () => {
      const portal = await Portal.start();
      portal.chargebee.customers.add('juniper-bakery');
      const recording = new Recording(portal);
      await recording.record(HEALTHY_SCRAPES, () => portal.post('/portal-session'));
      await outages['other programs have used up the quota of the site']?.start(portal);
      await recording.record(1, () => portal.post('/portal-session'));
      await portal.stop();
      const [series, refused] =
        [...(recording.scrapes.pop() ?? [])].find(([key]) => key.startsWith('chargebee_pauses_')) ??
        [];
      expect(refused).toBe('1');
      const healthy = recording.scrapes.at(-1);
      for (let count = 0; count < 3 * scrapesBetweenCalls + 18; count += 1) {
        const pauses = Math.floor(count / scrapesBetweenCalls);
        recording.scrapes.push(new Map([...(healthy ?? []), [series ?? '', String(pauses)]]));
      }
      const [before, after] = await recording.firingAfter(
        HEALTHY_SCRAPES,
        recording.scrapes.length,
      );
      expect([before, after]).toEqual([[], ['SiteRefusesCalls']]);
    });
  }

  it('fire when the portal opens slowly, also when minutes pass between two calls', async () => {
    const portal = await Portal.start();
    portal.chargebee.customers.add('juniper-bakery');
    const recording = new Recording(portal);
    await recording.record(1, () => portal.post('/portal-session'));
    await portal.stop();
    const [first = new Map<string, string>()] = recording.scrapes.splice(0);
    const isOpening = (key: string) =>
      key.startsWith('portal_operation') &&
      key.includes('"createPortalSession"') &&
      key.includes('"OK"');
    const firingWith = (isSlow: boolean) => {
      recording.scrapes.length = 0;
      for (let count = 0; count < 4 * OUTAGE_SCRAPES; count += 1) {
        const calls = String(Math.floor(count / OUTAGE_SCRAPES));
        const samples = [...first].map(([key, value]): [string, string] => {
          const [, upTo] = /le="([\d.]+)"/.exec(key) ?? [];
          const inBucket = isSlow && Number(upTo) < 5 ? '0' : calls;
          return [key, isOpening(key) ? inBucket : value];
        });
        recording.scrapes.push(new Map(samples));
      }
      return recording.firingAfter(recording.scrapes.length);
    };
    expect(await firingWith(false)).toEqual([[]]);
    expect(await firingWith(true)).toEqual([['PortalSlow']]);
  });

  it('fire for the first failures of a process, also when no others follow', async () => {
    const portal = await Portal.start();
    const recording = new Recording(portal);
    await recording.record(HEALTHY_SCRAPES, () => portal.post('/portal-session'));
    // Until the successful requests are more than five minutes old.
    await recording.record(24, () => Promise.resolve());
    const beforeFailure = recording.scrapes.length;
    await outages['Chargebee resets connections']?.start(portal);
    await recording.record(1, () => portal.post('/portal-session'));
    await recording.record(8, () => Promise.resolve());
    await portal.stop();
    const [before, after] = await recording.firingAfter(beforeFailure, recording.scrapes.length);
    expect([before, after]).toEqual([[], ['ChargebeeDown']]);
  });

  it('fire when the limit of the payment gateway refuses a burst of calls, also when no others follow', async () => {
    const portal = await Portal.start();
    portal.chargebee.customers.add('juniper-bakery');
    const recording = new Recording(portal);
    await recording.record(HEALTHY_SCRAPES, () => portal.post('/portal-session'));
    // Until the successful requests are more than five minutes old.
    await recording.record(24, () => Promise.resolve());
    const beforeFailure = recording.scrapes.length;
    await outages['the limit of the payment gateway is reached']?.start(portal);
    await recording.record(1, async () => {
      for (let count = 0; count < 4; count += 1) await portal.post('/portal-session');
    });
    await recording.record(8, () => Promise.resolve());
    await portal.stop();
    const [before, after] = await recording.firingAfter(beforeFailure, recording.scrapes.length);
    expect([before, after]).toEqual([[], ['GatewayLimitReached']]);
  });

  it('fire when bursts use up the share again and again, although a scrape between two sees enough left', async () => {
    const portal = await Portal.start({ CHARGEBEE_REQUESTS_PER_MINUTE: '10' });
    const recording = new Recording(portal);
    await recording.record(1, () => Promise.resolve());
    await recording.record(1, async () => {
      for (let count = 0; count < 10; count += 1) await portal.post('/portal-session');
    });
    await portal.stop();
    const [idle, spent] = recording.scrapes
      .splice(0)
      .map((scrape) => new Map([...scrape].filter(([name]) => name.startsWith('chargebee_'))));
    if (!idle || !spent) throw new Error('There are no scrapes.');
    const minute = [spent, spent, spent, idle];
    const rest = Array.from({ length: 16 }, () => idle);
    recording.scrapes.push(...rest, ...minute, ...rest);
    const afterOneBurst = recording.scrapes.length;
    for (let minutes = 0; minutes < 8; minutes += 1) recording.scrapes.push(...minute);
    expect(await recording.firingAfter(afterOneBurst - 8, recording.scrapes.length)).toEqual([
      [],
      ['QuotaNearlySpent'],
    ]);
  });

  for (const [what, metric, env, alert] of [
    [
      'the connection to Redis comes and goes',
      'portal_redis_up',
      { REDIS_URL: 'redis://127.0.0.1:1' },
      'RedisAway',
    ],
    [
      'the keys of the identity provider come and go',
      'portal_key_set_usable',
      { AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks.json' },
      'KeySetAway',
    ],
  ] as const) {
    it(`fire when ${what}, but not when they were away once for a moment`, async () => {
      const portal = await Portal.start(env);
      const recording = new Recording(portal);
      await recording.record(1, () => Promise.resolve());
      await portal.stop();
      const [series = ''] = [...(recording.scrapes.pop()?.keys() ?? [])].filter((name) =>
        name.startsWith(metric),
      );
      const [up, down] = ['1', '0'].map((value) => new Map([[series, value]]));
      if (!up || !down) throw new Error('There are no scrapes.');
      const rest = Array.from({ length: 30 }, () => up);
      recording.scrapes.push(down, ...rest, down, down, ...rest);
      const afterOneLoss = recording.scrapes.length;
      for (let minutes = 0; minutes < 8; minutes += 1) recording.scrapes.push(down, down, up, up);
      const times = [4, 6, 8, afterOneLoss - 20, recording.scrapes.length];
      expect(await recording.firingAfter(...times)).toEqual([[], [], [], [], [alert]]);
    });
  }

  it('fire before the certificate of the server expires', async () => {
    const portal = await Portal.start();
    const recording = new Recording(portal);
    await recording.record(OUTAGE_SCRAPES, () => Promise.resolve());
    await portal.stop();
    const firingWith = async (remainingDays: number) => {
      for (const scrape of recording.scrapes) {
        scrape.set('portal_certificate_remaining_seconds', String(remainingDays * 86_400));
      }
      return recording.firingAfter(OUTAGE_SCRAPES);
    };
    expect(await firingWith(4)).toEqual([[]]);
    expect(await firingWith(2)).toEqual([['CertificateExpires']]);
    expect(await firingWith(-1)).toEqual([['CertificateExpires']]);
  });

  /** The requests of few callers, and the alerts that they must raise. */
  const few: Record<string, { send: (portal: Portal) => Promise<unknown>; alerts: string[] }> = {
    'whose tokens are all refused': {
      send: (portal) => portal.post('/portal-session', undefined, { token: 'not.a.token' }),
      alerts: ['TokensRefused'],
    },
    'without a token, such as crawlers': {
      send: (portal) => portal.post('/portal-session', undefined, { token: null }),
      alerts: [],
    },
    'who all give up before Chargebee has answered': {
      send: async (portal) => {
        portal.chargebee.intercept = () => true;
        const left = portal.nextLine((line) => line.outcome === 'CALLER_GONE');
        const signal = AbortSignal.timeout(300);
        await portal.post('/portal-session', undefined, { signal }).catch(() => undefined);
        await left;
      },
      alerts: ['CallersLeave'],
    },
    'whose tokens all lack the customer': {
      send: refuseForWantOfCustomer,
      alerts: ['EverybodyRefused'],
    },
    'of whom some are no customers': {
      send: async (portal) => {
        await portal.post('/portal-session');
        await refuseForWantOfCustomer(portal);
        await refuseForWantOfCustomer(portal);
      },
      alerts: [],
    },
    'who all succeed': { send: (portal) => portal.post('/portal-session'), alerts: [] },
  };
  for (const [who, { send, alerts }] of Object.entries(few)) {
    it(`fire ${alerts.join() || 'nothing'} for callers half an hour apart ${who}`, async () => {
      const portal = await Portal.start();
      const recording = new Recording(portal);
      await recording.record(1, () => Promise.resolve());
      await recording.record(5, () => send(portal));
      await portal.stop();
      const halfHour = (30 * 60) / INTERVAL_SECONDS;
      const scrapes = recording.scrapes.splice(0).flatMap((scrape) => {
        // Without the buckets, since promtool takes long for so many samples.
        const samples = new Map([...scrape].filter(([series]) => !series.includes('_bucket')));
        return Array.from({ length: halfHour }, () => samples);
      });
      recording.scrapes.push(...scrapes);
      expect(await recording.firingAfter(scrapes.length)).toEqual([alerts]);
    });
  }

  it('fire within an hour when all tokens lack the customer', async () => {
    const portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
    const recording = new Recording(portal);
    await recording.record(HEALTHY_SCRAPES, () => portal.post('/portal-session'));
    await recording.record(OUTAGE_SCRAPES, () => refuseForWantOfCustomer(portal));
    await portal.stop();
    const last = recording.scrapes.at(-1) ?? new Map<string, string>();
    const anHour = (60 * 60) / INTERVAL_SECONDS;
    for (let count = OUTAGE_SCRAPES; count < anHour; count += 1) recording.scrapes.push(last);
    const soon = HEALTHY_SCRAPES + OUTAGE_SCRAPES;
    expect(await recording.firingAfter(soon, recording.scrapes.length)).toEqual([
      [],
      ['EverybodyRefused'],
    ]);
  });

  it('fire for refused callers also when the portal is in a host’s GraphQL API', async () => {
    const portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
    const recording = new Recording(portal);
    await recording.record(HEALTHY_SCRAPES, () => portal.post('/portal-session'));
    await recording.record(OUTAGE_SCRAPES, async () => {
      await portal.post('/portal-session');
      await portal.post('/portal-session', undefined, { token: null });
      await portal.post('/portal-session', undefined, { token: null });
    });
    await portal.stop();
    // The host's own requests are not counted by the portal.
    for (const scrape of recording.scrapes) {
      for (const name of scrape.keys()) if (name.startsWith('http_')) scrape.delete(name);
    }
    expect(await recording.firingAfter(...BEFORE_AND_AFTER)).toEqual([[], ['TokensRefused']]);
  });

  it('fire for refused callers also in a Prometheus with other programs that count their requests', async () => {
    const portal = await Portal.start();
    const recording = new Recording(portal);
    await recording.record(OUTAGE_SCRAPES, () =>
      portal.post('/portal-session', undefined, { token: null }),
    );
    await portal.stop();
    const otherSeries = 'http_requests_total{job="shop",instance="shop:9100",route="/graphql"}';
    recording.scrapes.forEach((scrape, index) => scrape.set(otherSeries, String(index * 1000)));
    expect(await recording.firingAfter(OUTAGE_SCRAPES)).toEqual([['TokensRefused']]);
  });

  it('fire for one deployment while another in the same Prometheus is healthy', async () => {
    const portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
    const recording = new Recording(portal);
    await outages['Chargebee resets connections']?.start(portal);
    await recording.record(OUTAGE_SCRAPES, () => portal.post('/portal-session'));
    await portal.stop();
    const healthySeries =
      'portal_operation_duration_seconds_count{job="other",outcome="OK",operation="createPortalSession"}';
    recording.scrapes.forEach((scrape, index) => scrape.set(healthySeries, String(index * 1000)));
    expect(await recording.firingAfter(OUTAGE_SCRAPES)).toEqual([['ChargebeeDown']]);
  });

  it('report no outage when Redis is unavailable but instances have a local budget', async () => {
    const portal = await Portal.start({ REDIS_URL: 'redis://127.0.0.1:1', INSTANCES: '1' });
    const recording = new Recording(portal);
    await recording.record(OUTAGE_SCRAPES, () => Promise.resolve());
    await portal.stop();
    // A process uses its local budget only after 70 seconds, which the test does not wait for.
    for (const scrape of recording.scrapes.slice(70 / INTERVAL_SECONDS)) {
      scrape.set('chargebee_quota_requests_per_minute', '50');
      scrape.set('chargebee_quota_remaining', '50');
    }
    expect(await recording.firingAfter(OUTAGE_SCRAPES)).toEqual([['RedisAway']]);
  });

  it('fire for the first failure of a wrong key, also beside an instance with an earlier failure', async () => {
    // The rule compares with five minutes ago.
    const sixMinutes = (6 * 60) / INTERVAL_SECONDS;
    const portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
    const recording = new Recording(portal);
    await recording.record(sixMinutes, () => portal.post('/portal-session'));
    await outages['the API key is wrong']?.start(portal);
    await recording.record(1, () => portal.post('/portal-session'));
    await portal.stop();
    expect(await recording.firingAfter(sixMinutes + 1)).toEqual([['PortalMisconfigured']]);

    const earlierFailure =
      'portal_operation_duration_seconds_count{instance="other",outcome="BILLING_MISCONFIGURED"}';
    for (const scrape of recording.scrapes) scrape.set(earlierFailure, '1');
    expect(await recording.firingAfter(sixMinutes, sixMinutes + 1)).toEqual([
      [],
      ['PortalMisconfigured'],
    ]);
  });
});

/** Sends a request with a token in which the customer is missing, as when an identity provider no longer adds the claim. */
async function refuseForWantOfCustomer(portal: Portal): Promise<void> {
  const token = await portal.idp.token({ chargebee_customer_id: undefined });
  expect((await portal.post('/portal-session', undefined, { token })).status).toBe(404);
}
