const RealDate = Date;

/**
 * Moves the clock of `Date` on by milliseconds, until `resetDate`. Timers run as before, which jasmine's own clock would
 * stop: real connections need them.
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

/** Moves the clock of `performance.now()` on by milliseconds, until the spec is over. */
export function passTime(milliseconds: number): void {
  const now = performance.now.bind(performance);
  spyOn(performance, 'now').and.callFake(() => now() + milliseconds);
}
