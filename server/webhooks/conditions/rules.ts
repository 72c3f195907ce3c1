import { pathProblem } from "@/server/webhooks/conditions/paths.ts";

const MAX_CONDITIONS = 20;
const MAX_LIST = 100;
const MAX_TEXT = 1000;
const MAX_NOTS = 5;

export interface ConditionProblem {
  path: (string | number)[];
  message: string;
}

export function conditionProblems(conditions: unknown): ConditionProblem[] {
  if (!isObject(conditions)) {
    return [{ path: [], message: 'is an object such as {"label.name": "bug"}' }];
  }
  const entries = Object.entries(conditions);
  if (entries.length > MAX_CONDITIONS) {
    return [{ path: [], message: `has ${entries.length} conditions, at most ${MAX_CONDITIONS}` }];
  }
  return entries.flatMap(([path, condition]) => {
    const problem = pathProblem(path);
    return problem ? [{ path: [path], message: problem }] : problemsOf(condition, [path], 0);
  });
}

function problemsOf(condition: unknown, at: (string | number)[], nots: number): ConditionProblem[] {
  if (Array.isArray(condition)) return listProblems(condition, at);
  if (!isObject(condition)) return scalarProblems(condition, at);
  const entries = Object.entries(condition);
  if (entries.length === 0) return [{ path: at, message: `has no operator: ${OPERATORS}` }];
  return entries.flatMap(([operator, value]) => {
    const here = [...at, operator];
    if (operator === "equals" || operator === "contains") return scalarProblems(value, here);
    if (operator === "in") return listProblems(value, here);
    if (operator === "exists") return existsProblems(value, here);
    if (operator !== "not") return [{ path: here, message: `is no operator: ${OPERATORS}` }];
    if (nots >= MAX_NOTS) return [{ path: here, message: `is nested more than ${MAX_NOTS} deep` }];
    return problemsOf(value, here, nots + 1);
  });
}

const OPERATORS = "there are equals, in, contains, exists and not";

function existsProblems(value: unknown, path: (string | number)[]): ConditionProblem[] {
  return typeof value === "boolean" ? [] : [{ path, message: "is true or false" }];
}

function listProblems(value: unknown, path: (string | number)[]): ConditionProblem[] {
  if (!Array.isArray(value)) return [{ path, message: "is a list of values" }];
  if (value.length === 0) return [{ path, message: "is an empty list, which nothing is in" }];
  if (value.length > MAX_LIST) return [{ path, message: `has more than ${MAX_LIST} values` }];
  return value.flatMap((one, at) => scalarProblems(one, [...path, at]));
}

function scalarProblems(value: unknown, path: (string | number)[]): ConditionProblem[] {
  if (value === null || typeof value === "boolean") return [];
  if (typeof value === "number" && Number.isFinite(value)) return [];
  if (typeof value !== "string") {
    return [{ path, message: "is a text, a number, true, false or null" }];
  }
  return value.length <= MAX_TEXT ? [] : [{ path, message: `is longer than ${MAX_TEXT}` }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
