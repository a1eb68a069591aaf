import { Chargebee } from './support/chargebee.js';
import { resetDate } from './support/clock.js';
import { IdentityProvider } from './support/identity-provider.js';
import { hostState, outages } from './support/outages.js';
import { Portal } from './support/portal.js';
import { Program } from './support/program.js';
import {
  BEFORE_AND_AFTER,
  describeWithPromtool,
  HEALTHY_SCRAPES,
  OUTAGE_SCRAPES,
  Recording,
} from './support/recording.js';

describeWithPromtool('the alert rules in deploy/, in recorded outages,', () => {
  afterEach(() => {
    hostState.isFailing = false;
    hostState.lookUps = 0;
    resetDate();
  });

  for (const [
    name,
    { env, options, existsAtStartup, start, sendRequest, alerts },
  ] of Object.entries(outages)) {
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
      if (!existsAtStartup) expect(before).toEqual([]);
      expect(after).toEqual(alerts);
      recording.addHealthyInstance();
      expect(await recording.firingAfter(HEALTHY_SCRAPES + OUTAGE_SCRAPES))
        .withContext('beside a healthy instance with ten times as many requests')
        .toEqual([alerts]);
    });
  }

  it('fire when the program that reads the log has exited, although all requests succeed', async () => {
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
});
