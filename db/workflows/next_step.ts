/** What follows in a workflow. Pure: each commit that ends a part of it asks this and does as told. */
import type { Decision } from "@/db/nouns/approval.ts";
import type { ChangeKind } from "@/db/nouns/change.ts";
import type { Step, WorkflowPart } from "@/db/nouns/step.ts";
import type { BrainResult, Finding, VerifierResult } from "@/db/nouns/step_results.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";

export const MOST_ROUNDS = 3;

export type WorkflowEvent =
  | { kind: "step_ended"; step: Step; status: "completed"; result: unknown }
  | { kind: "step_ended"; step: Step; status: "failed" | "cancelled"; error: string }
  /** The executor's commit, made and checked; null: nothing was changed. */
  | { kind: "committed"; commit: string | null }
  | { kind: "decided"; decision: Decision; note: string | null; by: string }
  | { kind: "expired" }
  | { kind: "voided"; why: string }
  /** `conflicts`: files in which the base, which moved, contradicts the branch. */
  | { kind: "change_done"; change: ChangeKind; conflicts?: string[] }
  | { kind: "change_failed"; change: ChangeKind; error: string }
  | { kind: "checks_failed"; checks: string }
  | { kind: "pull_request"; state: "merged" | "closed" }
  | { kind: "asked_again"; note: string }
  | { kind: "retry" }
  | { kind: "give_up"; by: string };

export type Outcome =
  | { do: "step"; step: Step; round: number; note?: string | null; findings?: Finding[] }
  | { do: "approval" }
  | { do: "change"; change: ChangeKind }
  | { do: "wait" }
  | { do: "end"; status: "done" | "stopped"; text: string }
  | { do: "fail"; failed_step: string; error: string }
  | { do: "nothing"; why: string };

export type WorkflowState = Pick<
  Workflow,
  | "rules"
  | "steps"
  | "status"
  | "waits_for"
  | "class"
  | "round"
  | "branch"
  | "failed_checks"
  | "failed_step"
>;

export function nextStep(workflow: WorkflowState, event: WorkflowEvent): Outcome {
  if (workflow.status === "done" || workflow.status === "stopped") return nothing("it has ended");
  switch (event.kind) {
    case "step_ended":
      return afterStep(workflow, event);
    case "committed":
      return event.commit === null
        ? fail("executor", "The executor changed nothing.")
        : { do: "change", change: "publish" };
    case "decided":
      if (workflow.waits_for !== "approval") return nothing("no approval is waited for");
      return afterDecision(workflow, event);
    case "expired":
      if (workflow.waits_for !== "approval") return nothing("no approval is waited for");
      return end("stopped", "Nobody approved the plan in time.");
    case "voided":
      if (workflow.waits_for !== "approval") return nothing("no approval is waited for");
      return fail("approval", event.why);
    case "change_done":
      return afterChange(workflow, event);
    case "change_failed":
      // Nobody is held by what cannot be tidied away: a branch of others, a host that is gone.
      return event.change === "close"
        ? end("stopped", `Given up, but not all could be put away. ${event.error}`)
        : fail(event.change, event.error);
    case "checks_failed":
      return afterRedChecks(workflow, event.checks);
    case "pull_request":
      return event.state === "merged"
        ? end("done", "Its pull request was merged.")
        : end("stopped", "Its pull request was closed without being merged.");
    case "asked_again":
      return askedAgain(workflow, event.note);
    case "retry":
      return again(workflow);
    case "give_up":
      if (workflow.status === "running") return nothing("a step is under way");
      return workflow.branch === null
        ? end("stopped", `Given up by ${event.by}.`)
        : { do: "change", change: "close" };
  }
}

const nothing = (why: string): Outcome => ({ do: "nothing", why });
const end = (status: "done" | "stopped", text: string): Outcome => ({ do: "end", status, text });
const fail = (failed_step: string, error: string): Outcome => ({ do: "fail", failed_step, error });

function afterStep(
  workflow: WorkflowState,
  event: WorkflowEvent & { kind: "step_ended" },
): Outcome {
  const { step } = event;
  // It only proposes: what was made stands without it.
  if (step === "self-improvement") return { do: "wait" };
  if (event.status !== "completed") return fail(step, event.error);
  if (step === "brain") return afterBrain(workflow, event.result as BrainResult);
  if (step === "planning") return afterPlanning(workflow);
  if (step === "verifier") return afterVerdict(workflow, event.result as VerifierResult);
  return nothing("the executor's commit says what follows");
}

function afterBrain(workflow: WorkflowState, { class: kind, answer, reason }: BrainResult) {
  if (kind === "question") return end("done", answer?.trim() || reason);
  return follow(workflow, "brain");
}

const afterPlanning = (workflow: WorkflowState): Outcome =>
  workflow.class === "analysis"
    ? end("done", "The plan above is the answer: nothing was to be changed.")
    : follow(workflow, "planning");

function afterVerdict(workflow: WorkflowState, { passes, findings, summary }: VerifierResult) {
  if (passes) return { do: "change", change: "ready" } as const;
  const told = findings.length > 0 ? findings : [{ path: null, line: null, text: summary }];
  if (workflow.round < MOST_ROUNDS) return anotherRound(workflow, told);
  return fail(
    "verifier",
    `The verifier did not agree in ${MOST_ROUNDS} rounds: ${
      told.map(({ text }) => text).join(" ")
    }`,
  );
}

const anotherRound = ({ round }: WorkflowState, findings: Finding[]): Outcome => ({
  do: "step",
  step: "executor",
  round: round + 1,
  findings,
});

/** The part behind this one, in the order of the command. */
function follow({ steps, round }: WorkflowState, part: WorkflowPart): Outcome {
  const next = steps[steps.indexOf(part) + 1];
  if (next === undefined) return end("done", "All its steps are done.");
  return next === "approval" ? { do: "approval" } : { do: "step", step: next, round };
}

function afterDecision(
  { steps }: WorkflowState,
  { decision, note, by }: WorkflowEvent & { kind: "decided" },
): Outcome {
  if (decision === "approved") return { do: "step", step: "executor", round: 1, note };
  if (decision === "rejected") {
    return end("stopped", rejectedText(by, note));
  }
  return steps.includes("planning")
    ? { do: "step", step: "planning", round: 1, note }
    : nothing("there is no planning step to send it back to");
}

export const rejectedText = (by: string, note: string | null): string =>
  `The plan was rejected by ${by}${note ? `: ${note}` : "."}`;

function afterChange(
  workflow: WorkflowState,
  { change, conflicts = [] }: WorkflowEvent & { kind: "change_done" },
): Outcome {
  const { steps, round } = workflow;
  if (change === "close") return end("stopped", "Given up: its branch is deleted.");
  if (conflicts.length > 0 && round < MOST_ROUNDS) {
    const text = `The base branch has moved and contradicts this change in: ${
      conflicts.join(", ")
    }`;
    return anotherRound(workflow, [{ path: null, line: null, text: text.slice(0, 4000) }]);
  }
  if (change === "publish") {
    return steps.includes("verifier")
      ? { do: "step", step: "verifier", round }
      : { do: "change", change: "ready" };
  }
  return steps.includes("self-improvement")
    ? { do: "step", step: "self-improvement", round }
    : { do: "wait" };
}

function afterRedChecks(workflow: WorkflowState, checks: string): Outcome {
  if (workflow.waits_for !== "pull_request") return nothing("work is going on");
  if (!workflow.rules.fixes_checks) return nothing("FIX_CHECKS is off");
  if (workflow.failed_checks === checks) {
    return fail("checks", `Two rounds brought the same failed checks: ${checks}`);
  }
  if (workflow.round >= MOST_ROUNDS) {
    return fail("checks", `The checks are still red after ${MOST_ROUNDS} rounds: ${checks}`);
  }
  return anotherRound(workflow, [{ path: null, line: null, text: `Failed checks: ${checks}` }]);
}

/** A wish about what was made is planned and approved as the first one was. */
function askedAgain({ waits_for, steps }: WorkflowState, note: string): Outcome {
  if (waits_for !== "pull_request") return nothing("work is going on");
  return steps.includes("planning")
    ? { do: "step", step: "planning", round: 1, note }
    : nothing("its command has no planning step");
}

function again({ status, failed_step, round, steps }: WorkflowState): Outcome {
  if (status !== "failed" || failed_step === null) return nothing("nothing failed");
  if (failed_step === "approval") return { do: "step", step: "planning", round: 1 };
  if (failed_step === "checks") return { do: "step", step: "executor", round: 1 };
  if (failed_step === "publish" || failed_step === "ready" || failed_step === "close") {
    return { do: "change", change: failed_step };
  }
  if (failed_step === "verifier" && steps.includes("executor") && round >= MOST_ROUNDS) {
    return { do: "step", step: "executor", round: 1 };
  }
  return { do: "step", step: failed_step as Step, round };
}
