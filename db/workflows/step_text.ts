/** What people read of a step's result, in Markdown. */
import type { Plan } from "@/db/nouns/plan.ts";
import {
  type BrainResult,
  type ExecutorResult,
  type Finding,
  type ImprovementResult,
  STEP_RESULTS,
  type VerifierResult,
} from "@/db/nouns/step_results.ts";
import type { Step } from "@/db/nouns/step.ts";
import { code, literal } from "@/db/workflows/literal.ts";

const heading = (text: string) => `### ${text}`;
const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
const numbered = (lines: readonly string[]) =>
  lines.map((line, n) => `${n + 1}. ${line}`).join("\n");
const section = (title: string, text: string) =>
  text.trim() === "" ? "" : `${heading(title)}\n\n${text}`;
const join = (...parts: string[]) => parts.filter((part) => part !== "").join("\n\n");

/** Letter for letter: it is what somebody approves. */
export function planText(plan: Plan): string {
  const insights = [
    plan.root_cause && `Root cause: ${literal(plan.root_cause)}`,
    plan.affected_components.length > 0 &&
    `Affected: ${literal(plan.affected_components.join(", "))}`,
    `Risk: ${plan.risk_level}`,
  ].filter((line) => typeof line === "string" && line !== "") as string[];
  return join(
    `## ${literal(plan.title)}`,
    section("📖 Background", literal(plan.background)),
    section("✅ What was done", literal(plan.done)),
    section("💡 Key insights", list(insights)),
    section(
      "📁 Files affected",
      list(plan.files_affected.map(({ path, change }) => `${code(path)}: ${literal(change)}`)),
    ),
    section("Steps", numbered(plan.steps.map(literal))),
    section("Tests", list(plan.tests.map(literal))),
    section("Left out", list(plan.left_out.map(literal))),
  );
}

export const findingText = ({ path, line, text }: Finding): string =>
  path === null ? text : `${code(line === null ? path : `${path}:${line}`)} ${text}`;

const executorText = ({ summary, tests_run, outside_plan, left_out }: ExecutorResult) =>
  join(
    summary,
    section("Tests run", list(tests_run)),
    section(
      "Outside the plan",
      list(outside_plan.map(({ path, why }) => `${code(path)}: ${why}`)),
    ),
    section("Left out", list(left_out)),
  );

const verifierText = ({ passes, summary, checked, findings }: VerifierResult) =>
  join(
    passes ? "The change passes." : "The change does not pass yet.",
    summary,
    section("Checked", list(checked)),
    section("Findings", list(findings.map(findingText))),
  );

const brainText = ({ class: kind, reason, answer }: BrainResult) =>
  join(
    `This is ${
      kind === "question" ? "a question" : `a${kind === "analysis" ? "n" : ""} ${kind}`
    }: ${reason}`,
    answer ?? "",
  );

const improvementText = ({ proposals }: ImprovementResult) =>
  proposals.length === 0
    ? "Nothing to propose."
    : join(...proposals.map(({ title, text }) => `${heading(title)}\n\n${text}`));

const TEXTS: { [Name in Step]: (result: never) => string } = {
  brain: brainText,
  planning: planText,
  executor: executorText,
  verifier: verifierText,
  "self-improvement": improvementText,
};

/** Null where the result is not what this step hands over. */
export function stepText(step: Step, result: unknown): string | null {
  const read = STEP_RESULTS[step].safeParse(result);
  return read.success ? TEXTS[step](read.data as never) : null;
}
