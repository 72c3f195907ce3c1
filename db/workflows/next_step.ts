/** What follows in a workflow. Pure: each commit that ends a part of it asks this and does as told. */
import type { Step, WorkflowPart } from "@/db/nouns/step.ts";
import type { BrainResult, Finding, VerifierResult } from "@/db/nouns/step_results.ts";
import type { Outcome, WorkflowEvent, WorkflowState } from "@/db/workflows/workflow_event.ts";

export const MOST_ROUNDS = 3;

/** The ends of what runs: they mean something only while it does. */
const ENDS_OF_WORK = ["step_ended", "committed", "change_done", "change_failed"];

export function nextStep(workflow: WorkflowState, event: WorkflowEvent): Outcome {
  const { status, giving_up_by } = workflow;
  if (status === "done" || status === "stopped") return nothing("it has ended");
  if (ENDS_OF_WORK.includes(event.kind)) {
    if (status !== "running") return nothing("it went on without this");
    if (giving_up_by !== null && !isClosing(event)) return giveUp(workflow, giving_up_by);
  }
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
      return withoutPlan(workflow, "Nobody approved the plan in time.");
    case "voided":
      return afterVoid(workflow, event.why);
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
      if (event.state === "merged") return end("done", "Its pull request was merged.");
      return workflow.is_closing
        ? nothing("it is being given up")
        : end("stopped", "Its pull request was closed without being merged.");
    case "asked_again":
      return askedAgain(workflow, event.note);
    case "retry":
      return again(workflow);
    case "give_up":
      return workflow.is_busy ? { do: "stop", by: event.by } : giveUp(workflow, event.by);
  }
}

const isClosing = (event: WorkflowEvent): boolean => "change" in event && event.change === "close";

const giveUp = ({ branch }: WorkflowState, by: string): Outcome =>
  branch === null ? end("stopped", `Given up by ${by}.`) : { do: "change", change: "close" };

const nothing = (why: string): Outcome => ({ do: "nothing", why });
const end = (status: "done" | "stopped", text: string): Outcome => ({ do: "end", status, text });
const fail = (failed_step: string, error: string, findings?: Finding[]): Outcome => ({
  do: "fail",
  failed_step,
  error,
  findings,
});

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
    told,
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
  workflow: WorkflowState,
  { decision, note, by }: WorkflowEvent & { kind: "decided" },
): Outcome {
  if (decision === "approved") {
    return { do: "step", step: "executor", round: 1, note, findings: [] };
  }
  if (decision === "rejected") {
    return withoutPlan(workflow, rejectedText(by.name, note));
  }
  return workflow.steps.includes("planning")
    ? { do: "step", step: "planning", round: 1, note }
    : nothing("there is no planning step to send it back to");
}

export const rejectedText = (by: string, note: string | null): string =>
  `The plan was rejected by ${by}${note ? `: ${note}` : "."}`;

/** No plan to follow: what an earlier one has brought out goes on. */
function withoutPlan({ is_published, branch }: WorkflowState, text: string): Outcome {
  if (is_published) return { do: "wait" };
  return branch === null ? end("stopped", text) : { do: "change", change: "close" };
}

function afterVoid(workflow: WorkflowState, why: string): Outcome {
  const { status, waits_for, giving_up_by, is_busy } = workflow;
  if (status !== "running" && waits_for !== "approval") return nothing("nothing is under way");
  if (giving_up_by === null) return fail("approval", why);
  return is_busy ? nothing("it is being given up") : giveUp(workflow, giving_up_by);
}

function afterChange(
  workflow: WorkflowState,
  { change, conflicts = [], text }: WorkflowEvent & { kind: "change_done" },
): Outcome {
  const { steps, round } = workflow;
  if (change === "close") return end("stopped", text ?? "Given up: its branch is deleted.");
  if (conflicts.length > 0 && round < MOST_ROUNDS) {
    const files = conflicts.join(", ");
    const found = `The base branch has moved and contradicts this change in: ${files}`;
    return anotherRound(workflow, [{ path: null, line: null, text: found.slice(0, 4000) }]);
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
  const findings = [{ path: null, line: null, text: `Failed checks: ${checks}`.slice(0, 4000) }];
  if (workflow.failed_checks === checks) {
    return fail("checks", `Two rounds brought the same failed checks: ${checks}`, findings);
  }
  if (workflow.round >= MOST_ROUNDS) {
    const error = `The checks are still red after ${MOST_ROUNDS} rounds: ${checks}`;
    return fail("checks", error, findings);
  }
  return anotherRound(workflow, findings);
}

/** A wish about what was made is planned and approved as the first one was. */
function askedAgain({ waits_for, steps }: WorkflowState, note: string): Outcome {
  if (waits_for !== "pull_request") return nothing("work is going on");
  return steps.includes("planning")
    ? { do: "step", step: "planning", round: 1, note }
    : nothing("its command has no planning step");
}

function again({ status, failed_step, round, steps, is_busy }: WorkflowState): Outcome {
  if (status !== "failed" || failed_step === null) return nothing("nothing failed");
  if (is_busy) return nothing("what was stopped has not ended yet");
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
