import type { Condition, Operators, Scalar } from "@/db/nouns/conditions.ts";
import { valuesInWords } from "@/server/webhooks/conditions/in_words.ts";

export const OPERATORS = ["equals", "in", "contains", "exists", "not"] as const;
export type Operator = typeof OPERATORS[number];

export function operatorsOf(condition: Condition): Operators {
  if (Array.isArray(condition)) return { in: condition };
  if (typeof condition === "object" && condition !== null) return condition;
  return { equals: condition };
}

/** Whether it matters what the values are, not only that there are some. */
export function readsValues({ equals, in: list, contains, not }: Operators): boolean {
  if (equals !== undefined || list !== undefined || contains !== undefined) return true;
  return not !== undefined && readsValues(operatorsOf(not));
}

export function firstFailing(wanted: Operators, values: unknown[]): Operator | null {
  const { equals, in: list, contains, exists, not } = wanted;
  if (equals !== undefined && !anyOf(values, (value) => isSame(value, equals))) return "equals";
  if (list !== undefined && !anyOf(values, (value) => list.some((one) => isSame(value, one)))) {
    return "in";
  }
  if (contains !== undefined && !values.some((value) => hasPart(value, contains))) {
    return "contains";
  }
  if (exists !== undefined && values.some(isThere) !== exists) return "exists";
  return not !== undefined && firstFailing(operatorsOf(not), values) === null ? "not" : null;
}

export function meaningOf(
  operator: Operator,
  { equals, in: list, contains, exists, not }: Operators,
): string {
  switch (operator) {
    case "equals":
      return `does not equal ${valuesInWords([equals])}`;
    case "in":
      return `is none of ${valuesInWords(list ?? [])}`;
    case "contains":
      return `does not contain ${valuesInWords([contains])}`;
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
function isSame(value: unknown, wanted: Scalar): boolean {
  if (value === wanted) return true;
  const is_mixed = (typeof value === "number" && typeof wanted === "string") ||
    (typeof value === "string" && typeof wanted === "number");
  return is_mixed && String(value) === String(wanted);
}

function hasPart(value: unknown, wanted: Scalar): boolean {
  if (Array.isArray(value)) return value.some((element) => isSame(element, wanted));
  if (typeof value !== "string" && typeof value !== "number") return false;
  if (typeof wanted !== "string" && typeof wanted !== "number") return false;
  return String(value).includes(String(wanted));
}
