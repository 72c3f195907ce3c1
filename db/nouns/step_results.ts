import { z } from "zod";
import { repositoryPath, writtenPlan } from "@/db/nouns/plan.ts";
import type { Step } from "@/db/nouns/step.ts";

export const CLASSES = ["question", "analysis", "change"] as const;

const line = (most: number) => z.string().trim().min(1).max(most);

export const brainResult = z.strictObject({
  class: z.enum(CLASSES),
  reason: line(2000),
  answer: z.string().max(60_000).nullable().meta({
    description: "The whole answer in Markdown where it is a question; else null.",
  }),
});
export type BrainResult = z.infer<typeof brainResult>;

export const executorResult = z.strictObject({
  summary: line(8000),
  tests_run: z.array(line(2000)).max(100),
  outside_plan: z.array(z.strictObject({ path: repositoryPath, why: line(2000) })).max(100).meta({
    description: "Every file that was changed, made, deleted or renamed (by both its paths) " +
      "although the plan does not name it, and why.",
  }),
  left_out: z.array(line(2000)).max(50),
});
export type ExecutorResult = z.infer<typeof executorResult>;

export const finding = z.strictObject({
  path: z.string().max(1000).nullable(),
  line: z.int().positive().nullable(),
  text: line(4000),
});
export type Finding = z.infer<typeof finding>;

export const verifierResult = z.strictObject({
  passes: z.boolean(),
  summary: line(8000),
  checked: z.array(line(2000)).max(100),
  findings: z.array(finding).max(100),
});
export type VerifierResult = z.infer<typeof verifierResult>;

export const improvementResult = z.strictObject({
  proposals: z.array(z.strictObject({ title: line(200), text: line(8000) })).max(20),
});
export type ImprovementResult = z.infer<typeof improvementResult>;

/** What each step has to hand over. */
export const STEP_RESULTS = {
  brain: brainResult,
  planning: writtenPlan,
  executor: executorResult,
  verifier: verifierResult,
  "self-improvement": improvementResult,
} as const satisfies Record<Step, z.ZodType>;
