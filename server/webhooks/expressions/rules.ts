/** Expressions may use known names and functions, and nothing that can be made slow. */
import { isCelError, type parse, run } from "@bufbuild/cel";

type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;
type Call = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];
type Loop = Extract<Expr["exprKind"], { case: "comprehensionExpr" }>["value"];

const NAMES = ["payload", "delivery"];
const FUNCTIONS = ["bool", "contains", "double", "endsWith", "int", "matches", "size"]
  .concat(["startsWith", "string", "uint"]);
const MOST_LOOPS = 2;
/** of a pattern: its length times what its counts repeat */
const MOST_WEIGHT = 2000;

export interface RuleBreak {
  message: string;
  id: bigint;
}

export function ruleBreak(expr: Expr): RuleBreak | null {
  const { exprKind: kind } = expr;
  const is_bool = !["listExpr", "structExpr"].includes(kind.case ?? "") &&
    (kind.case !== "constExpr" || kind.value.constantKind.case === "boolValue") &&
    (kind.case !== "callExpr" || !VALUES.includes(kind.value.function));
  if (!is_bool) {
    return { message: "it is a value, not a question that is true or false", id: expr.id };
  }
  return check(expr, new Set(NAMES), 0);
}

const VALUES = ["_+_", "_-_", "_*_", "_/_", "_%_", "-_", "size", "string", "int", "uint", "double"];

function check(expr: Expr | undefined, names: Set<string>, loops: number): RuleBreak | null {
  if (!expr) return null;
  const { id, exprKind: kind } = expr;
  const all = (parts: (Expr | undefined)[]) => first(parts, (part) => check(part, names, loops));
  switch (kind.case) {
    case "constExpr":
      return null;
    case "identExpr":
      return names.has(kind.value.name) ? null : { message: unknownName(kind.value.name), id };
    case "selectExpr":
      return check(kind.value.operand, names, loops);
    case "listExpr":
      return all(kind.value.elements);
    case "structExpr":
      if (kind.value.messageName !== "") return { message: "messages are not made here", id };
      return all(
        kind.value.entries.flatMap((entry) =>
          entry.keyKind.case === "mapKey" ? [entry.keyKind.value, entry.value] : [entry.value]
        ),
      );
    case "callExpr":
      return callBreak(kind.value, id) ?? all([kind.value.target, ...kind.value.args]);
    case "comprehensionExpr":
      return loopBreak(kind.value, id, loops) ?? checkInLoop(kind.value, names, loops);
    default:
      return { message: "it is not understood", id };
  }
}

function callBreak(call: Call, id: bigint): RuleBreak | null {
  const { function: name, args } = call;
  if (name === "matches") return patternBreak(args.at(-1), id);
  const is_operator = /^[^A-Za-z]|_$/.test(name);
  if (is_operator || FUNCTIONS.includes(name)) return null;
  return { message: `there is no function ${name}, but ${FUNCTIONS.join(", ")}, has and in`, id };
}

/** A pattern stands there as a text, so that it is checked once and not made by a payload. */
function patternBreak(pattern: Expr | undefined, id: bigint): RuleBreak | null {
  const kind = pattern?.exprKind;
  const constant = kind?.case === "constExpr" ? kind.value.constantKind : undefined;
  if (constant?.case !== "stringValue") {
    return { message: "the pattern of matches() has to be a text in quotes", id };
  }
  const text = constant.value;
  if (weightOf(text) > MOST_WEIGHT) {
    return {
      message: `the pattern is too large (its length times its counts: ${MOST_WEIGHT})`,
      id,
    };
  }
  const tried = run("''.matches(pattern)", { pattern: text });
  return isCelError(tried) ? { message: `the pattern is wrong: ${tried.message}`, id } : null;
}

function weightOf(pattern: string): number {
  let weight = Math.max(1, pattern.length);
  for (const [, least, most] of pattern.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)) {
    weight *= Math.max(1, Number(least), Number(most || 0));
  }
  return weight;
}

/** exists, all and exists_one over something that came in; map and filter would build lists. */
function loopBreak(loop: Loop, id: bigint, loops: number): RuleBreak | null {
  if (loop.accuInit?.exprKind.case === "listExpr") {
    return { message: "map and filter are not there: use exists, all or exists_one", id };
  }
  if (loops >= MOST_LOOPS) {
    return { message: `exists, all and exists_one are nested more than ${MOST_LOOPS} deep`, id };
  }
  if (!isPath(loop.iterRange)) {
    return { message: "exists, all and exists_one go over a list of the payload", id };
  }
  return null;
}

function checkInLoop(loop: Loop, names: Set<string>, loops: number): RuleBreak | null {
  const inside = new Set([...names, loop.iterVar, loop.accuVar]);
  return check(loop.iterRange, names, loops) ??
    first(
      [loop.accuInit, loop.loopCondition, loop.loopStep, loop.result],
      (part) => check(part, inside, loops + 1),
    );
}

function isPath(expr: Expr | undefined): boolean {
  const kind = expr?.exprKind;
  if (kind?.case === "identExpr") return true;
  if (kind?.case === "selectExpr") return isPath(kind.value.operand);
  return kind?.case === "callExpr" && kind.value.function === "_[_]" && isPath(kind.value.args[0]);
}

function unknownName(name: string): string {
  const meant = name.replace(/^\./, "");
  return `"${meant}" is not known: write payload.${meant}, or delivery.… for our own fields`;
}

function first<Item>(
  items: Item[],
  check: (item: Item) => RuleBreak | null,
): RuleBreak | null {
  for (const item of items) {
    const found = check(item);
    if (found) return found;
  }
  return null;
}
