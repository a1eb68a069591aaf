import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Chargebee } from './support/chargebee.js';
import { IdentityProvider } from './support/identity-provider.js';
import { Portal } from './support/portal.js';
import { Program } from './support/program.js';

const run = promisify(execFile);
const RULES = fileURLToPath(new URL('../../deploy/prometheus/alerts.yml', import.meta.url));

/** The interval between two scrapes in the recorded series. The tests do not wait for it. */
const INTERVAL_SECONDS = 15;
const HEALTHY_SCRAPES = 8;
const OUTAGE_SCRAPES = 32;
/** The scrapes after which the alerts are read: at the end of the healthy ones, and at the end of the outage. */
const BEFORE_AND_AFTER = [HEALTHY_SCRAPES, HEALTHY_SCRAPES + OUTAGE_SCRAPES];

/** The samples of one scrape, by series. */
type Scrape = Map<string, string>;

/** Records a server's metrics, as Prometheus would scrape them, and evaluates the alert rules on the recorded series. */
class Recording {
  readonly scrapes: Scrape[] = [];
  readonly #metricsUrl: string;

  constructor({ metricsUrl }: { metricsUrl: string }) {
    this.#metricsUrl = metricsUrl;
  }

  /** Sends a request before each of this many scrapes. */
  async record(scrapes: number, sendRequest: () => Promise<unknown>): Promise<void> {
    for (let scrape = 0; scrape < scrapes; scrape += 1) {
      await sendRequest();
      const text = await (await fetch(this.#metricsUrl)).text();
      const samples = text
        .split('\n')
        .filter((line) => /^(portal|chargebee|http|process_start)_/.test(line));
      this.scrapes.push(
        new Map(samples.map((line) => line.split(/ (?=\S+$)/) as [string, string])),
      );
    }
  }

  /** Adds another instance of the same deployment, which has answered ten requests before each scrape. */
  addHealthyInstance(): void {
    const instance = 'instance="healthy:9100"';
    const answered = {
      portal_operation_duration_seconds_count: `operation="createPortalSession",outcome="OK"`,
      http_requests_total: `route="/portal-session",status="200"`,
    };
    for (const [index, scrape] of this.scrapes.entries()) {
      for (const [name, labels] of Object.entries(answered)) {
        scrape.set(`${name}{${instance},${labels}}`, String(10 * index));
      }
      scrape.set(`chargebee_quota_requests_per_minute{${instance}}`, '1000');
      scrape.set(`chargebee_quota_remaining{${instance}}`, '900');
    }
  }

  /**
   * Returns the names of the alerts that fire after each of these numbers of scrapes, evaluated by promtool: once for all,
   * since it takes long to start.
   */
  async firingAfter(...counts: number[]): Promise<string[][]> {
    const names = new Set(this.scrapes.flatMap((scrape) => [...scrape.keys()]));
    const series = [...names].map((name) => ({
      series: name,
      values: this.scrapes.map((scrape) => scrape.get(name) ?? '_').join(' '),
    }));
    const test = {
      interval: `${INTERVAL_SECONDS}s`,
      input_series: series,
      promql_expr_test: counts.map((count) => ({
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: `${(count - 1) * INTERVAL_SECONDS}s`,
        // promtool prints a result only when it differs from the expected one.
        exp_samples: [{ labels: '{alertname="none"}', value: 1 }],
      })),
    };
    const folder = await mkdtemp(join(tmpdir(), 'portal-alerts-'));
    const file = join(folder, 'test.yml');
    await writeFile(
      file,
      JSON.stringify({
        rule_files: [RULES],
        evaluation_interval: `${INTERVAL_SECONDS}s`,
        tests: [test],
      }),
    );
    const { stdout, stderr } = await run('promtool', ['test', 'rules', file]).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    await rm(folder, { recursive: true });
    const results = [...`${stdout}${stderr}`.matchAll(/^ +got: *(.*)$/gm)];
    if (results.length !== counts.length) throw new Error(`promtool says: ${stdout}${stderr}`);
    return results.map(([line]) =>
      [...line.matchAll(/alertname="(\w+)/g)].map(([, name = '']) => name).sort(),
    );
  }
}

/** The state of the app that embeds the server. */
const host = { isFailing: false, lookUps: 0 };

/** Outages, each with the variables of its server, its cause, and the alerts that it must raise. */
const outages: Record<
  string,
  {
    env?: Record<string, string>;
    /** Whether the outage is there when the server starts. */
    fromStart?: boolean;
    options?: Parameters<typeof Portal.start>[1];
    start: (portal: Portal) => unknown;
    sendRequest?: (portal: Portal) => Promise<unknown>;
    alerts: string[];
  }
> = {
  'Chargebee hangs': {
    env: { CHARGEBEE_TIMEOUT_MS: '400', REQUEST_DEADLINE_MS: '1000' },
    start: ({ chargebee }) => (chargebee.intercept = () => true),
    alerts: ['ChargebeeDown'],
  },
  'Chargebee hangs and callers give up before the server does': {
    start: ({ chargebee }) => (chargebee.intercept = () => true),
    sendRequest: (portal) =>
      portal
        .post('/portal-session', undefined, { signal: AbortSignal.timeout(150) })
        .catch(() => undefined),
    alerts: ['CallersLeave'],
  },
  'Chargebee resets connections': {
    start: ({ chargebee }) =>
      (chargebee.intercept = (_call, response) => {
        response.socket?.resetAndDestroy();
        return true;
      }),
    alerts: ['ChargebeeDown'],
  },
  'other programs have used up the quota of the site': {
    start: ({ chargebee }) =>
      (chargebee.intercept = (_call, response) => {
        response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '60' });
        response.end('{"message":"no","api_error_code":"api_request_limit_exceeded"}');
        return true;
      }),
    alerts: ['SiteLimitReached'],
  },
  'the API key is wrong': {
    start: ({ chargebee }) =>
      (chargebee.intercept = (_call, response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('{"message":"no","api_error_code":"api_authentication_failed"}');
        return true;
      }),
    alerts: ['PortalMisconfigured'],
  },
  'everybody’s token is refused': {
    start: () => undefined,
    sendRequest: (portal) => portal.post('/portal-session', undefined, { token: 'not.a.token' }),
    alerts: ['TokensRefused'],
  },
  'a host’s own look-up of customers fails for one request in five': {
    options: {
      resolveCustomerIds: () => {
        host.lookUps += 1;
        if (host.isFailing && host.lookUps % 5 === 0) throw new Error('no database');
        return ['juniper-bakery'];
      },
    },
    start: () => (host.isFailing = true),
    alerts: ['PortalFailing'],
  },
  'a host’s own authentication fails': {
    options: {
      authenticate: () => {
        if (host.isFailing) throw new Error('no database');
        return { id: 'user-1' };
      },
      resolveCustomerIds: () => ['juniper-bakery'],
    },
    start: () => (host.isFailing = true),
    alerts: ['PortalFailing'],
  },
  'a host’s own authentication takes too long': {
    env: { CHARGEBEE_TIMEOUT_MS: '300', REQUEST_DEADLINE_MS: '300' },
    options: {
      authenticate: () => (host.isFailing ? new Promise<never>(() => undefined) : { id: 'user-1' }),
      resolveCustomerIds: () => ['juniper-bakery'],
    },
    start: () => (host.isFailing = true),
    alerts: ['PortalFailing'],
  },
  'Redis is unavailable': {
    env: { REDIS_URL: 'redis://127.0.0.1:1' },
    fromStart: true,
    start: () => undefined,
    alerts: ['PortalClosed', 'RedisAway'],
  },
  'the key set is unavailable': {
    env: { AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks.json' },
    fromStart: true,
    start: () => undefined,
    alerts: ['KeySetAway'],
  },
};

describe('the alert rules in deploy/', () => {
  let hasPromtool: boolean;
  beforeAll(async () => {
    hasPromtool = await run('promtool', ['--version']).then(
      () => true,
      () => false,
    );
  });

  // Not in beforeAll, where Jasmine counts a pending() as a failure of every spec.
  beforeEach(() => {
    if (!hasPromtool) pending('there is no promtool: install prometheus');
  });

  afterEach(() => {
    host.isFailing = false;
    host.lookUps = 0;
  });

  for (const [name, { env, options, fromStart, start, sendRequest, alerts }] of Object.entries(
    outages,
  )) {
    it(`fire exactly the expected alerts when ${name}`, async () => {
      const portal = await Portal.start(
        {
          CHARGEBEE_REQUESTS_PER_MINUTE: '100000',
          USER_REQUESTS_PER_MINUTE: '100000',
          ...env,
        },
        options,
      );
      portal.chargebee.customers.add('juniper-bakery');
      const open = () => portal.post('/portal-session');
      const recording = new Recording(portal);
      await recording.record(HEALTHY_SCRAPES, open);
      await start(portal);
      await recording.record(OUTAGE_SCRAPES, sendRequest ? () => sendRequest(portal) : open);
      await portal.stop();
      const [before, after] = await recording.firingAfter(...BEFORE_AND_AFTER);
      if (!fromStart) expect(before).toEqual([]);
      expect(after).toEqual(alerts);
      recording.addHealthyInstance();
      expect(await recording.firingAfter(HEALTHY_SCRAPES + OUTAGE_SCRAPES))
        .withContext('beside a healthy instance with ten times as many requests')
        .toEqual([alerts]);
    });
  }

  it('fire when the reader of the log has exited, although all requests succeed', async () => {
    const [chargebee, idp] = await Promise.all([Chargebee.start(), IdentityProvider.start()]);
    const program = new Program({
      ...chargebee.env,
      ...idp.env,
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: '0',
      CHARGEBEE_REQUESTS_PER_MINUTE: '1000',
      USER_REQUESTS_PER_MINUTE: '1000',
    });
    const { url, metricsUrl = '' } = await program.listening();
    const headers = { authorization: `Bearer ${await idp.token()}` };
    const open = async () => {
      const { status } = await fetch(`${url}/portal-session`, { method: 'POST', headers });
      expect(status).toBe(200);
    };
    const recording = new Recording({ metricsUrl });
    await recording.record(HEALTHY_SCRAPES, open);
    program.stopReading();
    await recording.record(OUTAGE_SCRAPES, open);
    program.signal('SIGTERM');
    await program.exit;
    await Promise.all([chargebee.stop(), idp.stop()]);
    expect(await recording.firingAfter(...BEFORE_AND_AFTER)).toEqual([[], ['LogLinesLost']]);
  });

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
