/** Why something said of a plan was no decision, for the one who said it. Pure. */
import type { DecisionOutcome } from "@/db/approvals/decide.ts";
import type { Approval } from "@/db/nouns/approval.ts";

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
): string {
  switch (outcome) {
    case "own":
      return "You asked for this yourself, and APPROVE_OWN is off.";
    case "changed":
      return "The plan is not the one that you read: load it again.";
    case "expired":
      return "This approval has expired.";
    case "already_said":
      return "You have approved this already; somebody else has to as well.";
    case "not_pending":
    case "unknown": {
      const by = decided_by ? ` by ${decided_by}` : void_reason ? `: ${void_reason}` : "";
      return `This plan ${STATUS_WORDS[status]}${by}.`;
    }
  }
}
