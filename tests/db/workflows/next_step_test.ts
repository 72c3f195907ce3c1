/** What follows what in a workflow: the table of docs/states.md. */
import assert from "node:assert/strict";
import { STEPS, WORKFLOW_PARTS, type WorkflowPart } from "@/db/nouns/step.ts";
import { workflowRules } from "@/db/nouns/workflow.ts";
import { MOST_ROUNDS, nextStep } from "@/db/workflows/next_step.ts";
import type { Outcome, WorkflowEvent, WorkflowState } from "@/db/workflows/workflow_event.ts";

const state = (change: Partial<WorkflowState> = {}): WorkflowState => ({
  rules: workflowRules.parse({}),
  steps: [...WORKFLOW_PARTS],
  status: "running",
  waits_for: null,
  class: "change",
  round: 1,
  branch: null,
  failed_checks: null,
  failed_step: null,
  giving_up_by: null,
  is_busy: false,
  is_closing: false,
  is_published: false,
  ...change,
});
const BY = { key: "github:1", name: "a" };

const completed = (step: typeof STEPS[number], result: unknown = {}): WorkflowEvent => ({
  kind: "step_ended",
  step,
  status: "completed",
  result,
});
const ended = (step: typeof STEPS[number], status: "failed" | "cancelled"): WorkflowEvent => ({
  kind: "step_ended",
  step,
  status,
  error: "e",
});
const plan_waits = { status: "waiting", waits_for: "approval" } as const;
const made = { branch: "b", is_published: true };
const pull_request_waits = { status: "waiting", waits_for: "pull_request", ...made } as const;
const giving_up = { giving_up_by: "a" };
const decided = (decision: "approved" | "rejected" | "sent_back"): WorkflowEvent => ({
  kind: "decided",
  decision,
  note: decision === "sent_back" ? "n" : null,
  by: BY,
});
const voided = { kind: "voided", why: "pushed" } as const;
const failedAt = (failed_step: string, more: Partial<WorkflowState> = {}) =>
  state({ status: "failed", failed_step, ...more });
const finding = { path: "a.ts", line: 1, text: "It is wrong." };
const verdict = (passes: boolean) => ({ passes, summary: "s", checked: [], findings: [finding] });
const without = (...parts: WorkflowPart[]) =>
  state({ steps: WORKFLOW_PARTS.filter((part) => !parts.includes(part)) });

const short = (outcome: Outcome): string => {
  switch (outcome.do) {
    case "step":
      return `${outcome.step} ${outcome.round}`;
    case "change":
      return `change ${outcome.change}`;
    case "end":
      return outcome.status;
    case "fail":
      return `failed at ${outcome.failed_step}`;
    default:
      return outcome.do;
  }
};

const contradicted = (change: "publish" | "ready"): WorkflowEvent => ({
  kind: "change_done",
  change,
  conflicts: ["a.ts"],
});

const TABLE: [string, WorkflowState, WorkflowEvent, string][] = [
  ["a question", state(), completed("brain", { class: "question", answer: "Yes." }), "done"],
  ["a change", state(), completed("brain", { class: "change" }), "planning 1"],
  ["a plan", state(), completed("planning"), "approval"],
  ["a base that contradicts it", state(), contradicted("publish"), "executor 2"],
  ["one that does so later", state({ round: 2 }), contradicted("ready"), "executor 3"],
  ["one in the last round", state({ round: 3 }), contradicted("publish"), "verifier 3"],
  ["an analysis", state({ class: "analysis" }), completed("planning"), "done"],
  [
    "a plan alone",
    without("approval", "executor", "verifier", "self-improvement"),
    completed("planning"),
    "done",
  ],
  ["a yes", state(plan_waits), decided("approved"), "executor 1"],
  ["a no", state(plan_waits), decided("rejected"), "stopped"],
  ["sent back", state(plan_waits), decided("sent_back"), "planning 1"],
  ["too late", state(plan_waits), { kind: "expired" }, "stopped"],
  ["an edited text", state(plan_waits), { kind: "voided", why: "edited" }, "failed at approval"],
  ["a yes that nobody waits for", state(), decided("approved"), "nothing"],
  ["a commit", state(), { kind: "committed", commit: "c" }, "change publish"],
  ["no change", state(), { kind: "committed", commit: null }, "failed at executor"],
  ["published", state(), { kind: "change_done", change: "publish" }, "verifier 1"],
  [
    "published, unverified",
    without("verifier"),
    { kind: "change_done", change: "publish" },
    "change ready",
  ],
  [
    "not published",
    state(),
    { kind: "change_failed", change: "publish", error: "403" },
    "failed at publish",
  ],
  ["it passes", state(), completed("verifier", verdict(true)), "change ready"],
  ["findings", state(), completed("verifier", verdict(false)), "executor 2"],
  [
    "findings at last",
    state({ round: MOST_ROUNDS }),
    completed("verifier", verdict(false)),
    "failed at verifier",
  ],
  ["ready", state(), { kind: "change_done", change: "ready" }, "self-improvement 1"],
  [
    "ready, and nothing more",
    without("self-improvement"),
    { kind: "change_done", change: "ready" },
    "wait",
  ],
  ["proposals", state(), completed("self-improvement", { proposals: [] }), "wait"],
  ["no proposals", state(), ended("self-improvement", "failed"), "wait"],
  [
    "red checks",
    state(pull_request_waits),
    { kind: "checks_failed", checks: "lint" },
    "executor 2",
  ],
  ["the same red", state({ ...pull_request_waits, failed_checks: "lint" }), {
    kind: "checks_failed",
    checks: "lint",
  }, "failed at checks"],
  ["red while working", state(), { kind: "checks_failed", checks: "lint" }, "nothing"],
  ["merged", state(pull_request_waits), { kind: "pull_request", state: "merged" }, "done"],
  ["closed", state(pull_request_waits), { kind: "pull_request", state: "closed" }, "stopped"],
  [
    "asked again",
    state(pull_request_waits),
    { kind: "asked_again", note: "also this", by: BY },
    "planning 1",
  ],
  ["asked again too early", state(), { kind: "asked_again", note: "also this", by: BY }, "nothing"],
  [
    "a failed step",
    state(),
    ended("planning", "failed"),
    "failed at planning",
  ],
  ["a stopped step", state(), ended("executor", "cancelled"), "failed at executor"],
  ["retry a step", failedAt("planning"), { kind: "retry" }, "planning 1"],
  ["retry a change", failedAt("publish"), { kind: "retry" }, "change publish"],
  ["retry what was edited", failedAt("approval"), { kind: "retry" }, "planning 1"],
  [
    "retry after the last round",
    failedAt("verifier", { round: 3 }),
    { kind: "retry" },
    "executor 1",
  ],
  ["retry what did not fail", state(), { kind: "retry" }, "nothing"],
  ["give up early", failedAt("planning"), { kind: "give_up", by: "a" }, "stopped"],
  [
    "give up late",
    failedAt("checks", { branch: "b" }),
    { kind: "give_up", by: "a" },
    "change close",
  ],
  ["give up while working", state({ is_busy: true }), { kind: "give_up", by: "a" }, "stop"],
  [
    "a step of what was given up",
    state(giving_up),
    ended("planning", "cancelled"),
    "stopped",
  ],
  [
    "a late step of what was given up",
    state({ ...giving_up, ...made }),
    ended("executor", "cancelled"),
    "change close",
  ],
  [
    "a change of what was given up",
    state({ ...giving_up, ...made }),
    { kind: "change_failed", change: "publish", error: "403" },
    "change close",
  ],
  ["a no to a later plan", state({ ...plan_waits, ...made }), decided("rejected"), "wait"],
  [
    "a no where nothing came out",
    state({ ...plan_waits, branch: "b" }),
    decided("rejected"),
    "change close",
  ],
  ["a later plan too late", state({ ...plan_waits, ...made }), { kind: "expired" }, "wait"],
  ["commits of others while working", state(made), voided, "failed at approval"],
  ["commits of others while nothing runs", state(pull_request_waits), voided, "nothing"],
  ["the end of what was void", failedAt("approval"), ended("executor", "cancelled"), "nothing"],
  ["a late commit", failedAt("approval"), { kind: "committed", commit: "c" }, "nothing"],
  [
    "closed by ourselves",
    state({ ...made, is_closing: true }),
    { kind: "pull_request", state: "closed" },
    "nothing",
  ],
  [
    "retry while what was stopped still runs",
    failedAt("approval", { is_busy: true }),
    { kind: "retry" },
    "nothing",
  ],
  ["given up in vain", state({ branch: "b" }), {
    kind: "change_failed",
    change: "close",
    error: "403",
  }, "stopped"],
  ["given up", state(), { kind: "change_done", change: "close" }, "stopped"],
];

for (const [name, workflow, event, expected] of TABLE) {
  Deno.test(`what follows ${name}: ${expected}`, () => {
    assert.equal(short(nextStep(workflow, event)), expected);
  });
}

Deno.test("what has ended stays ended, whatever happens", () => {
  for (const status of ["done", "stopped"] as const) {
    for (const [name, workflow, event] of TABLE) {
      assert.equal(nextStep({ ...workflow, status }, event).do, "nothing", name);
    }
  }
});

Deno.test("checks that nobody wants mended start no round", () => {
  const rules = workflowRules.parse({ fixes_checks: false });
  const workflow = state({ ...pull_request_waits, rules });
  assert.equal(nextStep(workflow, { kind: "checks_failed", checks: "lint" }).do, "nothing");
});
