import { find, type Found, segmentsOf } from "@/server/webhooks/conditions/paths.ts";
import { valuesInWords } from "@/server/webhooks/conditions/in_words.ts";
import type { Scope } from "@/server/webhooks/matching/scope.ts";

interface Weighed extends Found {
  /** an element weighs one, and so do a hundred characters */
  weight: number;
}

const lookedUp = new WeakMap<Scope, Map<string, Weighed>>();

/** Many commands ask for the same few paths of a delivery: each is looked up once. */
export function lookUp(scope: Scope, path: string): Weighed {
  let paths = lookedUp.get(scope);
  if (!paths) lookedUp.set(scope, paths = new Map());
  let found = paths.get(path);
  if (!found) paths.set(path, found = weighed(scope, path));
  return found;
}

function weighed({ payload, delivery }: Scope, path: string): Weighed {
  const segments = segmentsOf(path);
  const is_ours = segments.length > 1 && segments[0] === "delivery";
  const found = find(is_ours ? delivery : payload, is_ours ? segments.slice(1) : segments);
  return { ...found, weight: weightOf(found.values) };
}

function weightOf(values: unknown[]): number {
  let weight = 0;
  for (const value of values) {
    if (Array.isArray(value)) weight += value.length;
    else if (typeof value === "string") weight += value.length / 100;
  }
  return weight;
}

export const foundAt = (scope: Scope, path: string): string =>
  valuesInWords(lookUp(scope, path).values);
