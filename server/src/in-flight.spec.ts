import { InFlight } from './in-flight.js';

describe('InFlight', () => {
  it('resolves every waiting promise when the last piece of work has ended', async () => {
    const inFlight = new InFlight();
    await expectAsync(inFlight.idle()).toBeResolved();
    inFlight.begin();
    inFlight.begin();
    const waiting = [inFlight.idle(), inFlight.idle()];
    inFlight.end();
    await expectAsync(waiting[0]!).toBePending();
    inFlight.end();
    await expectAsync(Promise.all(waiting)).toBeResolved();
    await expectAsync(inFlight.idle()).toBeResolved();
  });
});
