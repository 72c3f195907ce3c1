const MAX_DEPTH = 20;
const MAX_LENGTH = 300;
export const MOST_LOOKED_AT = 10_000;

export interface Found {
  values: unknown[];
  complete: boolean;
}

/** The values at `labels[0].name`, `labels.0.name` or, of every element, `labels.name`. */
export const valuesAt = (root: unknown, path: string): unknown[] =>
  find(root, segmentsOf(path)).values;

/** The same for a path in segments. Own properties only. */
export function find(root: unknown, segments: readonly string[]): Found {
  const budget = { left: MOST_LOOKED_AT };
  let values = [root];
  for (const segment of segments) {
    const next: unknown[] = [];
    for (const value of values) {
      if (!step(value, segment, next, budget)) return { values: next, complete: false };
    }
    values = next;
  }
  return { values, complete: true };
}

/** `a.b[0].c` → a, b, 0, c */
export function segmentsOf(path: string): string[] {
  return path.replace(/\[(\d{1,9})\]/g, ".$1").split(".");
}

export function pathProblem(path: string): string | null {
  if (path === "") return "the path is empty";
  if (path.length > MAX_LENGTH) return `the path is longer than ${MAX_LENGTH} characters`;
  const segments = segmentsOf(path);
  if (segments.length > MAX_DEPTH) return `the path is deeper than ${MAX_DEPTH} names`;
  if (segments.includes("")) return "the path has an empty name: write it as `issue.labels.name`";
  if (segments.includes("__proto__")) return "`__proto__` is no field";
  const odd = segments.find((segment) => /[[\]\s]/.test(segment));
  if (odd !== undefined) return `"${odd}" is no name of a field, and no index such as [0]`;
  return null;
}

/** False: too much to look at. Arrays in arrays are opened without recursion. */
function step(value: unknown, segment: string, into: unknown[], budget: { left: number }): boolean {
  const open = [value];
  while (open.length > 0) {
    if (--budget.left < 0) return false;
    const item = open.pop();
    if (typeof item !== "object" || item === null) continue;
    if (Array.isArray(item) && !isIndex(segment)) {
      if (item.length > budget.left) return false;
      for (let at = item.length - 1; at >= 0; at--) open.push(item[at]);
    } else if (Object.hasOwn(item, segment)) {
      into.push((item as Record<string, unknown>)[segment]);
    }
  }
  return true;
}

const isIndex = (segment: string): boolean => /^\d{1,9}$/.test(segment);
