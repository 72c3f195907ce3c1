import type { Tokens } from "@/db/nouns/usage.ts";

interface Price {
  /** US dollars for a million input tokens. */
  input: number;
  cache_read: number;
  /** Factor on everything when more than 100,000 tokens are read. */
  long?: number;
}

/** The first name that fits; the last entry is what the CLI takes for unknown names. */
const PRICES: [RegExp, Price][] = [
  [/haiku-5-5/, { input: 0.1, cache_read: 0.1, long: 5 }],
  [/sonnet-5-5/, { input: 2, cache_read: 0.05 }],
  [/opus-5-5|fable-5-5/, { input: 4, cache_read: 0.05 }],
  [/fable-5-2/, { input: 8, cache_read: 0.025 }],
  [/haiku-4/, { input: 1, cache_read: 0.1 }],
  [/sonnet-5/, { input: 2, cache_read: 0.1 }],
  [/sonnet/, { input: 3, cache_read: 0.1 }],
  [/opus/, { input: 5, cache_read: 0.1 }],
  [/fable|mythos/, { input: 10, cache_read: 0.1 }],
  [/./, { input: 4, cache_read: 0.05 }],
];

const LONG_TOKENS = 100_000;

/** As the CLI counts (tests ask it): output costs 5 times, cache writes 1.25 times as input. */
export function estimateCost(model: string, tokens: Tokens): number {
  const { input, cache_read, long = 1 } = PRICES.find(([name]) => name.test(model))![1];
  const { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens } = tokens;
  const read = input_tokens + cache_read_tokens + cache_creation_tokens;
  const weighted = input_tokens + 5 * output_tokens + 1.25 * cache_creation_tokens +
    cache_read * cache_read_tokens;
  return weighted * input * (read > LONG_TOKENS ? long : 1) / 1_000_000;
}
