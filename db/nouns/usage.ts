import { z } from "zod";

const count = () => z.int().nonnegative();

/** What a run has used so far, over all its attempts; money in US dollars. */
export const USAGE = {
  cost_usd: z.number(),
  input_tokens: count(),
  output_tokens: count(),
  cache_read_tokens: count(),
  cache_creation_tokens: count(),
  num_turns: count(),
};
const usage = z.object(USAGE);
export type Usage = z.infer<typeof usage>;

export type Tokens = Omit<Usage, "cost_usd" | "num_turns">;

export const USAGE_FIELDS = Object.keys(USAGE) as (keyof Usage)[];

const made = (value: (field: keyof Usage) => number): Usage =>
  Object.fromEntries(USAGE_FIELDS.map((field) => [field, value(field)])) as Usage;

export const NO_USAGE: Readonly<Usage> = made(() => 0);

export const mapUsage = (usage: Usage, change: (value: number, field: keyof Usage) => number) =>
  made((field) => change(usage[field], field));

export const usageOf = (row: Usage): Usage => made((field) => row[field]);

export const sumOf = (a: Usage, b: Usage): Usage => made((field) => a[field] + b[field]);
