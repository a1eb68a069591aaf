import { SlidingWindow } from './sliding-window.js';

describe('SlidingWindow', () => {
  it('counts a moment until the window has passed, and not after', () => {
    const window = new SlidingWindow(10, 1000);
    window.add(5000);
    expect(window.size(5999)).toBe(1);
    expect(window.size(6000)).toBe(0);
  });

  it('returns how long its moments still count', () => {
    const window = new SlidingWindow(10, 1000);
    expect(window.msUntilExpired(1, 5000)).toBeUndefined();
    window.add(5000);
    window.add(5400);
    expect(window.msUntilExpired(1, 5300)).toBe(700);
    expect(window.msUntilExpired(2, 5300)).toBe(1100);
    expect(window.msUntilExpired(1, 6100)).toBe(300);
  });

  it('stores a moment before the latest one as the latest', () => {
    const window = new SlidingWindow(10, 1000);
    window.add(5000);
    window.add(4000);
    expect(window.msUntilExpired(2, 5500)).toBe(500);
  });

  it('throws when its capacity is exceeded', () => {
    const window = new SlidingWindow(1000, 1000);
    for (let call = 0; call < 1000; call += 1) {
      window.add(call / 10);
    }
    expect(window.size(500)).toBe(1000);
    expect(() => window.add(500)).toThrowError(RangeError);
  });

  it('keeps the order of its moments when it grows after it has dropped some', () => {
    const window = new SlidingWindow(1000, 100);
    // First at most five at a time, so that the buffer need not grow and the oldest one moves through it. Then many.
    const few = Array.from({ length: 11 }, (_, i) => i * 20);
    const many = Array.from({ length: 60 }, (_, i) => 201 + i);
    const moments = [...few, ...many];
    for (const moment of moments) {
      window.size(moment);
      window.add(moment);
    }
    const left = moments.filter((moment) => moment > 160);
    expect(window.size(260)).toBe(left.length);
    expect(left.map((_, i) => window.msUntilExpired(i + 1, 260))).toEqual(
      left.map((moment) => moment - 160),
    );
  });
});
