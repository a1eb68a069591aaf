import { UnderWay } from './under-way.js';

describe('what is under way', () => {
  it('is waited for to the last, by several', async () => {
    const underWay = new UnderWay();
    await expectAsync(underWay.idle()).toBeResolved();
    underWay.begin();
    underWay.begin();
    const waiting = [underWay.idle(), underWay.idle()];
    underWay.end();
    await expectAsync(waiting[0]!).toBePending();
    underWay.end();
    await expectAsync(Promise.all(waiting)).toBeResolved();
    await expectAsync(underWay.idle()).toBeResolved();
  });
});
