import { z } from "zod";

/** The steps of a workflow, each a task of the agent of that name. */
export const STEPS = ["brain", "planning", "executor", "verifier", "self-improvement"] as const;
export type Step = typeof STEPS[number];
export const step = z.enum(STEPS);

/** What a command's workflow is made of: steps, and where a person has to say yes. */
export const WORKFLOW_PARTS = [
  "brain",
  "planning",
  "approval",
  "executor",
  "verifier",
  "self-improvement",
] as const;
export type WorkflowPart = typeof WORKFLOW_PARTS[number];

/** Of a command that needs an approval and says nothing more. */
export const APPROVED_STEPS: readonly WorkflowPart[] = WORKFLOW_PARTS.slice(1);

/** The parts that a command's tasks go through; empty: one plain task. */
export function partsOf(
  { steps, requires_approval }: { steps: readonly WorkflowPart[]; requires_approval: boolean },
): WorkflowPart[] {
  if (steps.length > 0) return [...steps];
  return requires_approval ? [...APPROVED_STEPS] : [];
}

/** What is wrong with a list of parts, or null. */
export function partsProblem(parts: readonly WorkflowPart[]): string | null {
  const order = parts.map((part) => WORKFLOW_PARTS.indexOf(part));
  if (order.some((place, n) => n > 0 && place <= order[n - 1])) {
    return `steps come once each, in this order: ${WORKFLOW_PARTS.join(", ")}`;
  }
  const has = (part: WorkflowPart) => parts.includes(part);
  if (has("executor") && !has("approval")) return "an executor needs an approval before it";
  if (has("approval") && !has("planning")) return "an approval needs a planning step before it";
  if (has("approval") && !has("executor")) return "an approval needs an executor after it";
  if (has("verifier") && !has("executor")) return "a verifier needs an executor before it";
  return null;
}
