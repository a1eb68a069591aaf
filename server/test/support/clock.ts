const RealDate = Date;

/**
 * Advances the clock of `Date` by milliseconds, until `resetDate`. Unlike with jasmine's clock, timers keep running, which real
 * connections need.
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

/** Advances the clock of `performance.now()` by milliseconds, until the end of the spec. */
export function passTime(milliseconds: number): void {
  const now = performance.now.bind(performance);
  spyOn(performance, 'now').and.callFake(() => now() + milliseconds);
}
