import { UnderWay } from './under-way.js';

describe('what is under way', () => {
  it('is waited for, by several and whether it succeeds or fails', async () => {
    const underWay = new UnderWay();
    await expectAsync(underWay.idle()).toBeResolved();
    let end: (value: string) => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const one = underWay.run(() => new Promise<string>((resolve) => (end = resolve)));
    const other = underWay.run(() => new Promise<never>((_resolve, reject) => (fail = reject)));
    const waiting = [underWay.idle(), underWay.idle()];
    end('done');
    await expectAsync(one).toBeResolvedTo('done');
    await expectAsync(waiting[0]!).toBePending();
    fail(new Error('failed'));
    await expectAsync(other).toBeRejectedWithError('failed');
    await expectAsync(Promise.all(waiting)).toBeResolved();
  });
});
