import { ArrivalLog } from './arrivals.js';

describe('the most calls in any window', () => {
  let log: ArrivalLog;

  beforeEach(async () => {
    log = await ArrivalLog.start();
  });

  afterEach(() => log.close());

  it('counts those that certainly fell into one', () => {
    log.arrivals.push({ from: 0, to: 10 }, { from: 500, to: 510 }, { from: 1_005, to: 1_015 });
    expect(log.mostInAnyWindow(1_000)).toBe(2);
  });

  it('counts a call alone when the process was held up for longer than the window', () => {
    log.arrivals.push({ from: 0, to: 5_000 }, { from: 4_000, to: 9_000 });
    expect(log.mostInAnyWindow(1_000)).toBe(1);
  });
});
