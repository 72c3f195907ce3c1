/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  number(): number;
  /** From `from` to `to`. */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  /** The same items in an order of its own. */
  shuffled<T>(items: readonly T[]): T[];
  /** True with this probability. */
  chance(probability: number): boolean;
}

/** Mulberry32: small, and good enough to choose faults with. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const shuffled = <T>(items: readonly T[]) =>
    items.map((item) => ({ item, at: number() })).sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  return {
    number,
    shuffled,
    between: (from, to) => from + number() * (to - from),
    pick: (items) => items[Math.floor(number() * items.length)],
    chance: (probability) => number() < probability,
  };
}
