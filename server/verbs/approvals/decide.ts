import { decideApproval } from "@/db/approvals/decide.ts";
import type { Approval } from "@/db/approvals.ts";
import { dashboardPerson } from "@/db/approvals/dashboard_person.ts";
import { whyNoDecision } from "@/db/approvals/words.ts";
import type { Decision } from "@/db/nouns/approval.ts";
import { conflict, HttpProblem, invalid, unknown } from "@/server/errors.ts";
import { limited, saidText } from "@/server/verbs/text.ts";
import { verb, type Work } from "@/server/verbs/verb.ts";

export interface Deciding {
  approval_id: string;
  via: "dashboard" | "api" | "mcp";
  /** What the executor, or who plans anew, is told; why, where it is rejected. */
  note?: string | null;
  /** Of the plan that was read, so that no other one is meant. */
  plan_hash?: string | null;
}

const LONGEST_NOTE = 4000;

/** Throws 403 for whoever asked, or may have, where APPROVE_OWN is off; 404, 409, 422. */
export const approvePlan = verb(
  "approval.approve",
  "operator",
  (work, deciding: Deciding) => decide(work, deciding, "approved"),
);

export const rejectPlan = verb(
  "approval.reject",
  "operator",
  (work, deciding: Deciding) => decide(work, deciding, "rejected"),
);

/** Asks for another plan. Throws as the others do, and 422 without a wish. */
export const sendPlanBack = verb("approval.send_back", "operator", (work, deciding: Deciding) => {
  const note = saidText("note", deciding.note ?? "");
  return decide(work, { ...deciding, note }, "sent_back");
});

function decide(
  { actor, commit }: Work,
  { approval_id, via, note, plan_hash }: Deciding,
  decision: Decision,
): Promise<Approval> {
  return commit(async (tx) => {
    const said = noteOf(note);
    const person = await dashboardPerson(tx, actor);
    const decided = await decideApproval(tx, {
      approval_id,
      decision,
      note: said,
      person,
      via,
      plan_hash: plan_hash ?? null,
    });
    const { outcome, approval } = decided;
    if (approval === null) throw unknown("approval", approval_id);
    if (outcome !== "decided" && outcome !== "counted") {
      const words = whyNoDecision(outcome, approval, { person, other: decided.other });
      throw outcome === "own" ? new HttpProblem(403, words) : conflict(words);
    }
    const detail = { decision: outcome === "counted" ? "counted" : decision, via, note: said };
    return { subject: approval_id, detail, value: approval };
  });
}

function noteOf(note: string | null | undefined): string | null {
  const said = limited("note", note ?? "").trim();
  if (said.length > LONGEST_NOTE) throw invalid("note", `at most ${LONGEST_NOTE} characters`);
  return said === "" ? null : said;
}
