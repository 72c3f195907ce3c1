import type { DecisionOutcome } from "@/db/approvals/decide.ts";
import type { Approval } from "@/db/nouns/approval.ts";
import type { PersonKey } from "@/db/nouns/workflow.ts";

export type Refused = Exclude<DecisionOutcome, "decided" | "counted">;

/** Why something was no decision, to whoever said it. Pure. */
export function outcomeText(
  outcome: Refused,
  { approval, person, other }: {
    approval: Approval | null;
    person: PersonKey;
    /** Who it may be the same as. */
    other: PersonKey | null;
  },
): string {
  switch (outcome) {
    case "own":
      return "Whoever asked for this may not approve it: APPROVE_OWN is off.";
    case "untold":
      return `It cannot be told whether ${person.key} is somebody else than ${other?.key}, and ` +
        "here that matters: decide at the service where the others did, or name both in PEOPLE.";
    case "note_unseen":
      return "Others have approved this without that note: approve it without one, or send the " +
        "plan back.";
    case "changed":
      return "The plan is not the one that you read: load it again.";
    case "expired":
      return "This approval has expired.";
    case "already_said":
      return "The same person has approved this already; somebody else has to as well.";
    case "not_pending":
    case "unknown":
      return approval ? settledText(approval) : "There is no such approval.";
  }
}

const STATUS_WORDS: Record<Approval["status"], string> = {
  pending: "waits for nobody any more",
  approved: "has been approved",
  rejected: "has been rejected",
  sent_back: "has been sent back",
  expired: "has expired",
  void: "is no longer valid",
};

function settledText({ status, decided_by, void_reason }: Approval): string {
  const by = status === "void"
    ? void_reason ? `: ${void_reason.replace(/\.$/, "")}` : ""
    : decided_by
    ? ` by ${decided_by}`
    : "";
  return `This plan ${STATUS_WORDS[status]}${by}.`;
}
