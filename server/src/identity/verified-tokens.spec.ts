import { VerifiedTokens } from './verified-tokens.js';

describe('the memory of verified tokens', () => {
  /** How many of so many tokens it remembers, the latest of them among these. */
  const remembered = (count: number, length: number): number => {
    const tokens = new VerifiedTokens();
    const tokenOf = (index: number) => String(index).padEnd(length, '.');
    for (let index = 0; index < count; index += 1) {
      const user = { id: String(index), claims: {} };
      tokens.remember(tokenOf(index), user, Date.now() + 60_000, tokens.generation);
    }
    expect(tokens.get(tokenOf(count - 1))?.id).toBe(String(count - 1));
    return Array.from({ length: count }, (_, index) => tokens.get(tokenOf(index))).filter(Boolean)
      .length;
  };

  it('is bounded by their number', () => {
    expect(remembered(10_100, 1000)).toBe(10_000);
  });

  it('is bounded by their length', () => {
    expect(remembered(2500, 8000)).toBe(2000);
  });
});
