/** What can happen to a workflow, and what can follow. */
import type { Decision } from "@/db/nouns/approval.ts";
import type { ChangeKind } from "@/db/nouns/change.ts";
import type { Step } from "@/db/nouns/step.ts";
import type { Finding } from "@/db/nouns/step_results.ts";
import type { PersonKey, Workflow } from "@/db/nouns/workflow.ts";

export type WorkflowEvent =
  | { kind: "step_ended"; step: Step; status: "completed"; result: unknown }
  | { kind: "step_ended"; step: Step; status: "failed" | "cancelled"; error: string }
  /** The executor's commit, made and checked; null: nothing was changed. */
  | { kind: "committed"; commit: string | null }
  | { kind: "decided"; decision: Decision; note: string | null; by: PersonKey }
  | { kind: "expired" }
  /** What was approved, or waits for it, is no longer what would be done. */
  | { kind: "voided"; why: string }
  /** `conflicts`: files in which the base, which moved, contradicts the branch. */
  | { kind: "change_done"; change: ChangeKind; conflicts?: string[]; text?: string }
  | { kind: "change_failed"; change: ChangeKind; error: string }
  | { kind: "checks_failed"; checks: string }
  | { kind: "pull_request"; state: "merged" | "closed" }
  | { kind: "asked_again"; note: string; by: PersonKey }
  | { kind: "retry" }
  | { kind: "give_up"; by: string };

export type Outcome =
  | { do: "step"; step: Step; round: number; note?: string | null; findings?: Finding[] }
  | { do: "approval" }
  | { do: "change"; change: ChangeKind }
  | { do: "wait" }
  /** Given up as soon as what runs has ended. */
  | { do: "stop"; by: string }
  | { do: "end"; status: "done" | "stopped"; text: string }
  | { do: "fail"; failed_step: string; error: string; findings?: Finding[] }
  | { do: "nothing"; why: string };

export type WorkflowState =
  & Pick<
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
    | "giving_up_by"
  >
  & {
    /** A step or a change of it has not ended. */
    is_busy: boolean;
    /** It is being given up: the pull request is about to be closed by us. */
    is_closing: boolean;
    /** Something of it has gone out. */
    is_published: boolean;
  };
