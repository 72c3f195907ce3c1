/** `{"issue.labels.name": "bug"}` against what came in. Pure, and bounded. */
import type { Condition, Conditions, Operators, Scalar } from "@/db/nouns/conditions.ts";
import {
  find,
  type Found,
  MOST_LOOKED_AT,
  segmentsOf,
} from "@/server/webhooks/conditions/paths.ts";
import type { KnownReason } from "@/db/deliveries/traces.ts";
import type { Scope } from "@/server/webhooks/matching/scope.ts";

export { conditionProblems } from "@/server/webhooks/conditions/rules.ts";

export interface CompiledConditions {
  /** Null: all of them hold; otherwise which one does not. */
  whyNot(scope: Scope): KnownReason | null;
  /** Everything that `whyNot` may return. */
  reasons: KnownReason[];
}

interface Test {
  unmet(scope: Scope): KnownReason | null;
  reasons: KnownReason[];
}

/** Compiles conditions that have no problems; all of them must hold. */
export function compileConditions(conditions: Conditions): CompiledConditions {
  const tests = Object.entries(conditions).map(([path, condition]) => testOf(path, condition));
  return {
    reasons: tests.flatMap(({ reasons }) => reasons),
    whyNot(scope) {
      for (const test of tests) {
        const why_not = test.unmet(scope);
        if (why_not) return why_not;
      }
      return null;
    },
  };
}

function testOf(path: string, condition: Condition): Test {
  const wanted = operatorsOf(condition);
  const reads = readsValues(wanted);
  const too_much = { text: `${path} has more than is looked at (${LOOKED_AT})` };
  const reasons = Object.fromEntries(
    OPERATORS.filter((name) => wanted[name] !== undefined)
      .map((name) => [name, { text: `${path} ${inWords(name, wanted)}`, path }]),
  );
  return {
    reasons: [too_much, ...Object.values(reasons)],
    unmet(scope) {
      const found = lookUp(scope, path);
      // half a list proves nothing: not even that something is not in it
      if (!found.complete || (reads && found.weight > MOST_LOOKED_AT)) return too_much;
      const failed = failing(wanted, found);
      return failed && reasons[failed];
    },
  };
}

type Weighed = Found & { weight: number };
const lookedUp = new WeakMap<Scope, Map<string, Weighed>>();

/** Many commands ask for the same few paths of a delivery: each is looked up once. */
function lookUp(scope: Scope, path: string): Weighed {
  let paths = lookedUp.get(scope);
  if (!paths) lookedUp.set(scope, paths = new Map());
  let found = paths.get(path);
  if (!found) paths.set(path, found = weighed(scope, path));
  return found;
}

function weighed({ payload, delivery }: Scope, path: string): Weighed {
  const segments = segmentsOf(path);
  const own = segments.length > 1 && segments[0] === "delivery";
  const found = find(own ? delivery : payload, own ? segments.slice(1) : segments);
  return { ...found, weight: weightOf(found.values) };
}

/** The values at a path, in words and shortened. */
export const foundAt = (scope: Scope, path: string): string => shown(lookUp(scope, path).values);

/** A bare value is `equals`, a bare list is `in`. */
function operatorsOf(condition: Condition): Operators {
  if (Array.isArray(condition)) return { in: condition };
  if (typeof condition === "object" && condition !== null) return condition;
  return { equals: condition };
}

/** Does it look at what the values are, not only whether there are any? */
function readsValues({ equals, in: list, contains, not }: Operators): boolean {
  if (equals !== undefined || list !== undefined || contains !== undefined) return true;
  return not !== undefined && readsValues(operatorsOf(not));
}

/** An element weighs one, and so do a hundred characters. */
function weightOf(values: unknown[]): number {
  let weight = 0;
  for (const value of values) {
    if (Array.isArray(value)) weight += value.length;
    else if (typeof value === "string") weight += value.length / 100;
  }
  return weight;
}

const OPERATORS = ["equals", "in", "contains", "exists", "not"] as const;
type Operator = typeof OPERATORS[number];
const LOOKED_AT = `${MOST_LOOKED_AT} elements, 1,000,000 characters`;

/** The first operator that does not hold. */
function failing(wanted: Operators, { values }: Pick<Found, "values">): Operator | null {
  const { equals, in: list, contains, exists, not } = wanted;
  if (equals !== undefined && !anyOf(values, (value) => same(value, equals))) return "equals";
  if (list !== undefined && !anyOf(values, (value) => list.some((one) => same(value, one)))) {
    return "in";
  }
  if (contains !== undefined && !values.some((value) => holds(value, contains))) return "contains";
  if (exists !== undefined && values.some(isThere) !== exists) return "exists";
  return not !== undefined && failing(operatorsOf(not), { values }) === null ? "not" : null;
}

/** What it means that this operator does not hold. */
function inWords(operator: Operator, { equals, in: list, contains, exists, not }: Operators) {
  switch (operator) {
    case "equals":
      return `does not equal ${shown([equals])}`;
    case "in":
      return `is none of ${shown(list ?? [])}`;
    case "contains":
      return `does not contain ${shown([contains])}`;
    case "exists":
      return exists ? "does not exist" : "exists";
    case "not":
      return `must not be so: ${JSON.stringify(not).slice(0, 100)}`;
  }
}

/** A list at the end of a path means each of its elements. */
function anyOf(values: unknown[], test: (value: unknown) => boolean): boolean {
  return values.some((value) => Array.isArray(value) ? value.some(test) : test(value));
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

/** Ids come as numbers and as strings: 7 and "7" are the same; all else has to be the same type. */
function same(value: unknown, wanted: Scalar): boolean {
  if (value === wanted) return true;
  const is_mixed = (typeof value === "number" && typeof wanted === "string") ||
    (typeof value === "string" && typeof wanted === "number");
  return is_mixed && String(value) === String(wanted);
}

function holds(value: unknown, wanted: Scalar): boolean {
  if (Array.isArray(value)) return value.some((element) => same(element, wanted));
  if (typeof value !== "string" && typeof value !== "number") return false;
  if (typeof wanted !== "string" && typeof wanted !== "number") return false;
  return String(value).includes(String(wanted));
}

const MOST_SHOWN = 3;
const LONGEST_SHOWN = 40;

function shown(values: readonly unknown[]): string {
  if (values.length === 0) return "nothing";
  const more = values.length > MOST_SHOWN ? ` and ${values.length - MOST_SHOWN} more` : "";
  return values.slice(0, MOST_SHOWN).map(shownOne).join(", ") + more;
}

function shownOne(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const cut = value.length > LONGEST_SHOWN ? "…" : "";
  return `"${value.slice(0, LONGEST_SHOWN).toWellFormed()}${cut}"`;
}
