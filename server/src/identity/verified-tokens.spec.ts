import { VerifiedTokens } from './verified-tokens.js';

describe('the cache of verified tokens', () => {
  /** Adds `count` tokens of this length, and returns how many of them are cached. The last one must be. */
  const countCached = (count: number, length: number): number => {
    const tokens = new VerifiedTokens();
    const tokenOf = (index: number) => String(index).padEnd(length, '.');
    for (let index = 0; index < count; index += 1) {
      const user = { id: String(index), claims: {} };
      tokens.add(tokenOf(index), user, Date.now() + 60_000, tokens.generation);
    }
    expect(tokens.get(tokenOf(count - 1))?.id).toBe(String(count - 1));
    return Array.from({ length: count }, (_, index) => tokens.get(tokenOf(index))).filter(Boolean)
      .length;
  };

  it('is bounded by their number', () => {
    expect(countCached(10_100, 1000)).toBe(10_000);
  });

  it('is bounded by their length', () => {
    expect(countCached(2500, 8000)).toBe(2000);
  });
});
