/** Why something said of a plan was no decision, for the one who said it. Pure. */
import type { DecisionOutcome } from "@/db/approvals/decide.ts";
import type { Approval } from "@/db/nouns/approval.ts";
import type { PersonKey } from "@/db/nouns/workflow.ts";

const STATUS_WORDS = {
  pending: "still waits",
  approved: "has been approved",
  rejected: "has been rejected",
  sent_back: "has been sent back",
  expired: "has expired",
  void: "is no longer valid",
} as const;

export type NoDecision = Exclude<DecisionOutcome, "decided" | "counted">;

export function whyNoDecision(
  outcome: NoDecision,
  { status, decided_by, void_reason }: Pick<Approval, "status" | "decided_by" | "void_reason">,
  { person, other }: {
    person: PersonKey;
    /** Who it may be the same as. */
    other: PersonKey | null;
  },
): string {
  switch (outcome) {
    case "own":
      return "You asked for this yourself, and APPROVE_OWN is off.";
    case "untold":
      return `It cannot be told whether ${person.key} is somebody else than ${other?.key}, and ` +
        "here that matters: decide where the others did, or have both named in PEOPLE.";
    case "note_unseen":
      return "Others have approved this without that note: approve it without one, or send the " +
        "plan back.";
    case "changed":
      return "The plan is not the one that you read: load it again.";
    case "expired":
      return "This approval has expired.";
    case "already_said":
      return "You have approved this already; somebody else has to as well.";
    case "not_pending":
    case "unknown": {
      const why = void_reason ? `: ${void_reason.replace(/\.$/, "")}` : "";
      const by = status === "void" ? why : decided_by ? ` by ${decided_by}` : "";
      return `This plan ${STATUS_WORDS[status]}${by}.`;
    }
  }
}
