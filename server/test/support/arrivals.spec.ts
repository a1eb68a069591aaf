import { ArrivalLog } from './arrivals.js';

describe('ArrivalLog.mostInAnyWindow()', () => {
  let log: ArrivalLog;

  beforeEach(async () => {
    log = await ArrivalLog.start();
  });

  afterEach(() => log.close());

  it('counts the calls that certainly arrived within one window', () => {
    // The last one arrived within the window of the first only if it arrived before 1000.
    log.arrivals.push({ from: 0, to: 10 }, { from: 500, to: 510 }, { from: 995, to: 1_005 });
    expect(log.mostInAnyWindow(1_000)).toBe(2);
  });

  it('counts each call by itself when the process was blocked for longer than the window', () => {
    log.arrivals.push({ from: 0, to: 5_000 }, { from: 4_000, to: 9_000 });
    expect(log.mostInAnyWindow(1_000)).toBe(1);
  });
});
