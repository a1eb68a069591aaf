import { StopSignal } from './stop-signal.js';

describe('a stop signal', () => {
  it('tells why, once', () => {
    const signal = new StopSignal<string>();
    const heard: string[] = [];
    signal.listen((reason) => heard.push(reason));
    signal.stop('first');
    signal.stop('second');
    expect(heard).toEqual(['first']);
    expect(signal.reason).toBe('first');
    expect(signal.stopped).toBeTrue();
  });

  it('tells nobody who has stopped listening', () => {
    const signal = new StopSignal();
    const listener = jasmine.createSpy();
    signal.listen(listener)();
    signal.stop();
    expect(listener).not.toHaveBeenCalled();
  });

  it('has one listener at a time', () => {
    const signal = new StopSignal();
    const endFirst = signal.listen(() => undefined);
    expect(() => signal.listen(() => undefined)).toThrowError(TypeError);
    endFirst();
    const second = jasmine.createSpy();
    signal.listen(second);
    endFirst();
    signal.stop();
    expect(second).toHaveBeenCalledTimes(1);
  });
});
