/** The one message that tells how a workflow stands, for services that show more than text. Pure. */
import type { Card } from "@/db/nouns/card.ts";
import type { ReplyButton } from "@/db/nouns/reply.ts";
import { repositoryText } from "@/db/nouns/repository_name.ts";
import { figures, isAnswer, minute, type Told, voteText } from "@/db/workflows/notices.ts";
import { planSections, resultSections } from "@/db/workflows/notice_sections.ts";

export interface NoticeMessage {
  /** The same as text alone. */
  body: string;
  card: Card;
  buttons: ReplyButton[];
}

type Approval = NonNullable<Told["approval"]>;

const LONGEST_BODY = 2000;

export function noticeMessage(told: Told): NoticeMessage {
  const card = cardOf(told);
  const waiting = told.approval?.status === "pending" ? told.approval : null;
  return { body: textOf(card), card, buttons: waiting ? decisionButtons(waiting) : [] };
}

/** Bound to the plan that stands above them: what is pressed later says no yes to another one. */
function decisionButtons({ approval_id, plan_hash }: Approval): ReplyButton[] {
  const value = `${approval_id} ${plan_hash}`;
  return [
    { action_id: "approve", label: "Approve", value, style: "primary" },
    { action_id: "reject", label: "Reject", value, style: "danger" },
  ];
}

function cardOf(told: Told): Card {
  const { workflow, approval, pull_request } = told;
  const { rules, flow_id, asked, ended_at, end_text } = workflow;
  const page = approval?.status === "pending"
    ? `/approvals/${approval.approval_id}`
    : `/flows/${flow_id}`;
  return {
    title: `${stateOf(told)}: ${approval?.plan.title ?? asked.title}`,
    to: null,
    lines: linesOf(told),
    decided: approval && decidedOf(approval),
    answer: ended_at !== null && isAnswer(told) ? end_text : null,
    sections: [...resultSections(told), ...planSections(told)],
    facts: factsOf(told),
    links: pull_request
      ? [{ label: `Pull request #${pull_request.number}`, url: pull_request.url }]
      : [],
    page: { label: "Open", url: rules.public_url + page },
  };
}

function stateOf({ workflow: { status, waits_for }, approval, pull_request }: Told): string {
  if (status === "failed") return "❌ Failed";
  if (status === "done") return "✅ Done";
  if (status === "stopped") return "🛑 Stopped";
  if (waits_for === "approval") return "📋 Plan ready";
  if (waits_for === "pull_request") return pull_request?.is_draft ? "📝 Draft" : "🔎 To review";
  return approval ? "⏳ At work" : "🚀 Started";
}

function linesOf(told: Told): string[] {
  const { workflow, pull_request } = told;
  const { status, waits_for, error, failed_step, end_text, ended_at } = workflow;
  if (status === "failed") {
    return [
      `It stopped at the step ${failed_step}: ${error}`,
      "Try this step again or give up: press Open.",
    ];
  }
  if (ended_at !== null) return isAnswer(told) ? [] : [end_text ?? ""];
  if (waits_for === "approval") return waitingLines(told);
  if (waits_for === "pull_request") {
    return [
      pull_request?.is_draft
        ? "The change is made; its pull request is still a draft."
        : "The change is made and verified; it waits for your review.",
    ];
  }
  return [stepLine(told)];
}

function waitingLines({ workflow: { asked }, approval, votes }: Told): string[] {
  if (!approval) return [];
  const { needed, expires_at } = approval;
  const who = needed === 1 ? "somebody approves" : `${needed} people approve`;
  const lines = [
    `Nothing is changed before ${who} this plan. It expires on ${minute(expires_at)} UTC.`,
  ];
  if (votes.length > 0) {
    lines.push(`${votes.length} of ${needed} said yes: ${votes.map(voteText).join(", ")}.`);
  }
  if (approval.refused !== null) lines.push(approval.refused);
  if (asked.hidden.length > 0) {
    lines.push("⚠️ The request holds text that is not shown where it was written: see Open first.");
  }
  return lines;
}

function stepLine({ workflow: { steps, round }, step }: Told): string {
  if (step === null) return "On it.";
  const place = `Step ${steps.indexOf(step) + 1} of ${steps.length}: ${step}`;
  return round > 1 ? `${place}, round ${round}` : place;
}

const WHAT = {
  approved: "Approved",
  rejected: "Rejected",
  sent_back: "Sent back",
  expired: "Expired",
  void: "No longer valid",
} as const;

function decidedOf(approval: Approval): Card["decided"] {
  const { status, decided_by, decided_via, note, void_reason } = approval;
  if (status === "pending") return null;
  return {
    what: WHAT[status],
    by: decided_by ?? "",
    via: decided_via ?? "",
    note: note ?? void_reason ?? "",
  };
}

function factsOf(told: Told): string[] {
  const { asked, rules, repository } = told.workflow;
  const { name, provider } = asked.by;
  return [
    rules.notice?.is_source ? "" : `Asked for by ${name ?? "somebody"} (${provider})`,
    repository ? repositoryText(repository) : "",
    told.is_signed === false ? "its commits are not signed" : "",
    told.duration_seconds > 0 ? figures(told) : "",
  ].filter((fact) => fact !== "");
}

function textOf({ title, lines, decided, facts, links, page }: Card): string {
  const by = decided?.by ? ` by ${decided.by} (${decided.via})` : "";
  const note = decided?.note ? `: ${decided.note}` : "";
  const text = [
    `**${title}**`,
    ...lines,
    ...(decided ? [`${decided.what}${by}${note}`] : []),
    ...[...links, ...(page ? [page] : [])].map(({ label, url }) => `${label}: ${url}`),
    facts.join(" · "),
  ].filter((line) => line !== "").join("\n\n");
  return text.slice(0, LONGEST_BODY).toWellFormed();
}
