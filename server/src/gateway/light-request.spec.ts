import { LightHeaders, LightRequest, withLightRequests } from './light-request.js';

describe('light requests', () => {
  const { Request, Headers } = globalThis;
  const fetchGlobals = () => [globalThis.Request, globalThis.Headers];

  it('are created by the SDK while it is called, and by nobody else', async () => {
    const made = await withLightRequests(() => {
      const headers = new globalThis.Headers();
      headers.append('accept', 'application/json');
      const init = { method: 'POST', body: 'a=b', headers };
      return Promise.resolve(new globalThis.Request(new URL('https://a.example/b?c'), init));
    });
    expect(fetchGlobals()).toEqual([Request, Headers]);
    expect(made).toBeInstanceOf(LightRequest);
    const request = made as unknown as LightRequest;
    expect(request.url).toBe('https://a.example/b?c');
    expect(request.body).toBe('a=b');
    expect(request.headers).toBeInstanceOf(LightHeaders);
    expect(request.headers.list).toEqual(['accept', 'application/json']);
  });

  it('are no longer created when the call awaits something', async () => {
    let seenLater: unknown;
    await withLightRequests(async () => {
      await Promise.resolve();
      seenLater = globalThis.Request;
    });
    expect(seenLater).toBe(Request);
  });

  it('are no longer created when the call throws', () => {
    expect(() =>
      withLightRequests(() => {
        throw new Error('no');
      }),
    ).toThrowError('no');
    expect(fetchGlobals()).toEqual([Request, Headers]);
  });
});
