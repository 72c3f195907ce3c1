/** liquidjs without what could grow, loop, read files or reach what is not a field. */
import { defaultOperators, Liquid, LiquidError } from "liquidjs";
import type { ScopeContext } from "@/server/webhooks/templates/context.ts";
import { filters } from "@/server/webhooks/templates/filters.ts";
import { LONGEST_TEXT } from "@/server/webhooks/templates/text.ts";

const MOST_COMPARED = 10_000;
const TAGS = ["if", "unless", "case", "comment", "raw"];

function createLiquid(): Liquid {
  const engine = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    dynamicPartials: false,
    relativeReference: false,
    templates: {},
    // no range such as (1..1000000000), and nothing that takes longer than this, in ms
    memoryLimit: 1000,
    renderLimit: 100,
    operators: { ...defaultOperators, contains, "==": isSame, "!=": isOther },
  });
  for (const tag of Object.keys(engine.tags)) if (!TAGS.includes(tag)) delete engine.tags[tag];
  for (const name of Object.keys(engine.filters)) engine.unregisterFilter(name);
  for (const [name, filter] of Object.entries(filters)) {
    engine.registerFilter(name, function (value: unknown, ...args: unknown[]) {
      const context = this.context as ScopeContext;
      context.spend(weightOf(value));
      const result = filter(value, ...args);
      context.spend(weightOf(result));
      return result;
    });
  }
  return engine;
}

function weightOf(value: unknown): number {
  if (typeof value === "string") return Math.min(value.length, LONGEST_TEXT);
  if (Array.isArray(value)) return 10 * Math.min(value.length, MOST_COMPARED);
  return typeof value === "object" && value !== null ? 1000 : 1;
}

function contains(whole: unknown, part: unknown): boolean {
  if (typeof whole === "string") {
    const is_text = typeof part === "string" || typeof part === "number";
    return is_text && whole.slice(0, LONGEST_TEXT).includes(String(part));
  }
  return Array.isArray(whole) && whole.slice(0, MOST_COMPARED).includes(part);
}

/** Lists and objects are compared with `empty` and `blank` only. */
function isSame(a: unknown, b: unknown): boolean {
  for (const [one, other] of [[a, b], [b, a]]) {
    if (isComparable(one)) return one.equals(other);
  }
  return a === b;
}

function isOther(a: unknown, b: unknown): boolean {
  return !isSame(a, b);
}

const isComparable = (value: unknown): value is { equals(other: unknown): boolean } =>
  typeof (value as { equals?: unknown } | null | undefined)?.equals === "function";

export const liquid = createLiquid();

export function positionOf(error: unknown): number[] {
  return LiquidError.is(error) ? error.token.getPosition() : [1, 1];
}

/** The library's messages in our words, without the place. */
export function problemInWords(error: unknown): string {
  const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
  const said = message.replace(/, line:\d+, col:\d+$/, "");
  const filter = /^undefined filter: (.*)$/.exec(said)?.[1];
  if (filter) return `there is no filter ${filter}, but ${Object.keys(filters).join(", ")}`;
  const tag = /^tag "(.*)" not found$/.exec(said)?.[1];
  return tag ? `there is no tag ${tag}, but ${TAGS.join(", ")}` : said;
}
