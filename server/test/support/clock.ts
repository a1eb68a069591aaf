const RealDate = Date;

/**
 * Lets so much time pass on the clock that dates are told by, in milliseconds; until `resetDate`. Timers go on as they
 * are, which jasmine's own clock would stop: real connections need them.
 */
export function advanceDate(milliseconds: number): void {
  const ahead = Date.now() - RealDate.now() + milliseconds;
  const now = (): number => RealDate.now() + ahead;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args) =>
      Reflect.construct(target, args.length > 0 ? args : [now()]) as Date,
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
}

export function resetDate(): void {
  globalThis.Date = RealDate;
}

/** Lets so much time pass on the clock that durations are measured by, until the spec is over. */
export function passTime(milliseconds: number): void {
  const now = performance.now.bind(performance);
  spyOn(performance, 'now').and.callFake(() => now() + milliseconds);
}
