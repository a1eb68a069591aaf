import { LightAbortSignal } from './light-abort-signal.js';

describe('LightAbortSignal', () => {
  it('calls its listener with the first reason, once', () => {
    const signal = new LightAbortSignal<string>();
    const reasons: string[] = [];
    signal.onAbort((reason) => reasons.push(reason));
    signal.abort('first');
    signal.abort('second');
    expect(reasons).toEqual(['first']);
    expect(signal.reason).toBe('first');
    expect(signal.aborted).toBeTrue();
  });

  it('does not call a removed listener', () => {
    const signal = new LightAbortSignal();
    const listener = jasmine.createSpy();
    signal.onAbort(listener)();
    signal.abort();
    expect(listener).not.toHaveBeenCalled();
  });

  it('accepts only one listener at a time', () => {
    const signal = new LightAbortSignal();
    const endFirst = signal.onAbort(() => undefined);
    expect(() => signal.onAbort(() => undefined)).toThrowError(TypeError);
    endFirst();
    const second = jasmine.createSpy();
    signal.onAbort(second);
    endFirst();
    signal.abort();
    expect(second).toHaveBeenCalledTimes(1);
  });
});
