import { createHash } from "node:crypto";
import type { Plan } from "@/db/nouns/plan.ts";

/**
 * SHA-256 of the plan as JSON with its keys in order: what a yes is bound to. With what the first
 * of several said beside their yes, where they said something: the others say yes to that as well.
 */
export function planHash(plan: Plan, note: string | null = null): string {
  const shown = note === null ? plan : { plan, note };
  return createHash("sha256").update(JSON.stringify(ordered(shown))).digest("hex");
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, ordered(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}
