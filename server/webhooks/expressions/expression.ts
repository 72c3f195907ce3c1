/** `payload.issue.number > 3 && delivery.actor != "octocat"`: CEL, for what conditions cannot say. */
import { isCelError, parse, plan } from "@bufbuild/cel";
import { ruleBreak } from "@/server/webhooks/expressions/rules.ts";
import { env } from "@/server/webhooks/expressions/functions.ts";
import { lazyValue } from "@/server/webhooks/expressions/lazy_values.ts";
import { withStepLimit } from "@/server/webhooks/expressions/steps.ts";
import type { KnownReason } from "@/db/deliveries/traces.ts";
import type { Scope } from "@/server/webhooks/matching/scope.ts";

export const EXPRESSION_FALSE: KnownReason = { text: "the expression is false" };

const MAX_LENGTH = 1000;
const MAX_NESTING = 50;

export interface TextProblem {
  message: string;
  line?: number;
  column?: number;
}

/** Null: it is true; else why it is not. Not evaluable, as without a field, is not true. */
export function compileExpression(
  expression: string | null,
): (scope: Scope) => KnownReason | string | null {
  if (expression === null) return () => null;
  const prepared = prepare(expression);
  if ("message" in prepared) return () => `the expression cannot be used: ${prepared.message}`;
  return ({ payload, delivery }) => {
    try {
      const result = withStepLimit(() =>
        prepared.evaluate({ payload: lazyValue(payload), delivery: lazyValue(delivery) })
      );
      if (isCelError(result)) return `the expression could not be evaluated: ${result.message}`;
      if (typeof result === "boolean") return result ? null : EXPRESSION_FALSE;
      return "the expression gives something other than true or false";
    } catch (error) {
      return `the expression could not be evaluated: ${messageOf(error)}`;
    }
  };
}

export function expressionProblem(expression: string): TextProblem | null {
  const prepared = prepare(expression);
  return "message" in prepared ? prepared : null;
}

function prepare(expression: string): { evaluate: ReturnType<typeof plan> } | TextProblem {
  if (expression.trim() === "") return { message: "it is empty" };
  if (expression.length > MAX_LENGTH) {
    return { message: `it is longer than ${MAX_LENGTH} characters` };
  }
  if (nestingOf(expression) > MAX_NESTING) {
    return { message: `its brackets are nested more than ${MAX_NESTING} deep` };
  }
  try {
    const { expr, sourceInfo } = parse(expression);
    if (!expr) return { message: "it is empty" };
    const broken = ruleBreak(expr);
    if (!broken) return { evaluate: plan(env, expr) };
    const at = sourceInfo?.positions[String(broken.id)] ?? 0;
    return { message: broken.message, ...placeOf(expression, at) };
  } catch (error) {
    return { message: messageOf(error), ...startOf(error) };
  }
}

/** Counted before it is parsed: brackets in texts count too. */
function nestingOf(expression: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of expression) {
    if ("([{".includes(character)) deepest = Math.max(deepest, ++depth);
    else if (")]}".includes(character)) depth--;
  }
  return deepest;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function startOf(error: unknown): { line?: number; column?: number } {
  const { location } = error as { location?: { start?: { line: number; column: number } } };
  return location?.start ? { line: location.start.line, column: location.start.column } : {};
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^<input>:\d+:\d+: /, "") : String(error);
