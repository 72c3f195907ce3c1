/** The parts of a workflow's notice: its plan, and what came of it. Pure. */
import type { Card } from "@/db/nouns/card.ts";
import type { Plan } from "@/db/nouns/plan.ts";
import { verifierResult } from "@/db/nouns/step_results.ts";
import type { Told } from "@/db/workflows/notices.ts";
import { findingText } from "@/db/workflows/step_text.ts";

type Section = Card["sections"][number];

const bullet = (line: string): string => `• ${line}`;
const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;
const filled = (sections: Section[]): Section[] =>
  sections.filter(({ lines }) => lines.some((line) => line.trim() !== ""));

/** None of a plan that is no longer meant. */
export function planSections({ workflow, approval }: Told): Section[] {
  if (!approval) {
    const is_answer = workflow.class === "analysis" && workflow.plan !== null;
    return is_answer ? [...whatItSays(workflow.plan!), ...howItGoes(workflow.plan!)] : [];
  }
  const { plan, status } = approval;
  if (status === "sent_back" || status === "void") return [];
  // Whoever decides there has to see all that would be done.
  return status === "pending" ? [...whatItSays(plan), ...howItGoes(plan)] : whatItSays(plan);
}

const whatItSays = (plan: Plan): Section[] =>
  filled([
    { title: "📖 Background", lines: [plan.background] },
    { title: "✅ What was done", lines: [plan.done] },
    { title: "💡 Key insights", lines: insights(plan) },
    {
      title: "📁 Files affected",
      lines: plan.files_affected.map(({ path, change }) => bullet(`${code(path)}: ${change}`)),
    },
  ]);

function insights({ root_cause, affected_components, risk_level }: Plan): string[] {
  return [
    root_cause && `Root cause: ${root_cause}`,
    affected_components.length > 0 && `Affected: ${affected_components.join(", ")}`,
    `Risk: ${risk_level}`,
  ].filter((line) => typeof line === "string" && line !== "").map((line) => bullet(line as string));
}

const howItGoes = ({ steps, tests, left_out }: Plan): Section[] =>
  filled([
    { title: "Steps", lines: steps.map((line, n) => `${n + 1}. ${line}`) },
    { title: "Tests", lines: tests.map(bullet) },
    { title: "Left out", lines: left_out.map(bullet) },
  ]);

/** What the verifier said of the change, and what else is to be known of it. */
export function resultSections({ verdict, remarks }: Told): Section[] {
  const read = verifierResult.safeParse(verdict).data;
  return filled([
    {
      title: "🔍 Verification",
      lines: read ? [read.summary, ...read.findings.map(findingText).map(bullet)] : [],
    },
    { title: "⚠️ Remarks", lines: remarks.map(bullet) },
  ]);
}
