import type { Approval, Vote } from "@/db/approvals.ts";
import type { ChangedLine } from "@/db/approvals/line_diff.ts";
import type { Asked } from "@/db/nouns/workflow.ts";
import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import type { May } from "@/views/may.ts";
import { DecisionForms } from "@/views/parts/decision_forms.tsx";
import { ApprovalBadge } from "@/views/parts/flow_badge.tsx";
import { PlanText } from "@/views/parts/plan.tsx";
import { Ago, Moment } from "@/views/parts/time.tsx";
import { oneLine, plain, webAddress } from "@/views/plain.ts";

export interface ApprovalData {
  principal: Principal;
  may: May;
  approval: Approval;
  votes: Vote[];
  asked: Asked;
  command: string;
  repository: string | null;
  edited: { by: string; lines: ChangedLine[] } | null;
  /** Why what was just tried could not be done. */
  problem: string | null;
}

export function ApprovalPage(data: ApprovalData) {
  const { principal, may, approval, problem } = data;
  return (
    <Layout
      title={approval.plan.title}
      principal={principal}
      section="approvals"
      page="approval"
    >
      <header class="task-head">
        <p class="kicker">
          <ApprovalBadge status={approval.status} />
          <a href={`/flows/${approval.flow_id}`}>Its flow</a>
          <a href={`/tasks/${approval.task_id}`}>How it was planned</a>
          <Ago at={approval.requested_at} />
        </p>
        <h1 dir="auto">{oneLine(approval.plan.title, 200)}</h1>
        <AskedBy {...data} />
        <Standing {...data} />
        {problem && <p class="trouble" role="alert">{plain(problem)}</p>}
      </header>
      <HiddenText asked={data.asked} />
      <EditedText edited={data.edited} />
      <Wish wish={approval.wish} />
      <PlanText plan={approval.plan} />
      {approval.status === "pending" && may.decide && <DecisionForms approval={approval} />}
      <AskedFor {...data} />
    </Layout>
  );
}

/** Whose wish it is and where it would be done, before the plan itself. */
function AskedBy({ asked, repository }: ApprovalData) {
  const link = webAddress(asked.url);
  const title = oneLine(asked.title, 120) || "this";
  return (
    <p dir="auto">
      Asked by <b>{askerOf(asked)}</b>:{" "}
      {link ? <a href={link} rel="nofollow noopener noreferrer">{title}</a> : title}
      {repository && (
        <>
          , in <code>{oneLine(repository, 120)}</code>
        </>
      )}
    </p>
  );
}

const askerOf = ({ by, trust }: Asked): string =>
  oneLine(`${by.name ?? by.id ?? "somebody"}, ${trust}`, 100);

function Standing({ approval, votes, may }: ApprovalData) {
  const { status, needed, expires_at, decided_by, decided_via, decided_at } = approval;
  const why = status === "void" ? approval.void_reason : approval.note;
  if (status !== "pending") {
    return (
      <div class="note-box">
        <p>
          {decided_by ? `By ${oneLine(decided_by, 80)} (${decided_via})` : "By nobody"}
          {decided_at && (
            <>
              , <Ago at={decided_at} />
            </>
          )}
        </p>
        {why && <p class="pre" dir="auto">{plain(why)}</p>}
        {status === "approved" && <a href={`/flows/${approval.flow_id}`}>See how it goes on</a>}
      </div>
    );
  }
  return (
    <p class="muted">
      Nothing is changed before {needed === 1 ? "somebody approves" : `${needed} people approve`}
      {" "}
      this. It expires on <Moment at={expires_at} />.
      {votes.length > 0 && ` So far: ${votes.map(voteText).join(", ")}.`}
      {approval.refused && ` ${oneLine(approval.refused, 600)}`}
      {may.decide && (
        <>
          {" "}
          <a href="#decide-title">Decide below</a>
        </>
      )}
    </p>
  );
}

const voteText = ({ name, via, note }: Vote): string =>
  `${oneLine(name, 60)} (${via})` + (note ? `, with the note: ${plain(note)}` : "");

function EditedText({ edited }: Pick<ApprovalData, "edited">) {
  if (!edited) return null;
  return (
    <details class="warning" open>
      <summary>
        <b>{oneLine(edited.by, 80)} edited the text since then.</b>{" "}
        What was asked for at first is what runs:
      </summary>
      <ul class="line-diff">
        {edited.lines.map(({ change, line }, n) => (
          <li key={n} class={change} dir="auto">
            <span aria-label={change}>{SIGNS[change]}</span> {plain(line)}
          </li>
        ))}
      </ul>
    </details>
  );
}

const SIGNS = { same: "\u00a0", removed: "−", added: "+" };

function Wish({ wish }: { wish: string | null }) {
  if (wish === null) return null;
  return (
    <div class="note-box">
      <p>What was asked for beside the first request:</p>
      <p class="pre" dir="auto">{plain(wish)}</p>
    </div>
  );
}

function HiddenText({ asked: { hidden } }: { asked: Asked }) {
  if (hidden.length === 0) return null;
  return (
    <div class="warning">
      <p>
        <b>The request has text that people do not see.</b> The agent did not get it:
      </p>
      <ul>
        {hidden.map((text, n) => <li key={n} class="pre" dir="auto">{plain(text)}</li>)}
      </ul>
    </div>
  );
}

function AskedFor({ approval, asked, command, repository }: ApprovalData) {
  return (
    <details class="asked fold">
      <summary>What was asked for, as it was then: the agent gets it whole</summary>
      <dl class="pairs">
        <Pair name="Command">{oneLine(command, 60)}</Pair>
        <Pair name="Asked by">{askerOf(asked)}</Pair>
        <Pair name="Repository">{repository && oneLine(repository, 120)}</Pair>
        <Pair name="Commit">{approval.head_commit}</Pair>
        <Pair name="Plan (SHA-256)">{approval.plan_hash}</Pair>
      </dl>
      <p class="pre" dir="auto">
        {plain(asked.prompt)}
      </p>
    </details>
  );
}

function Pair({ name, children }: { name: string; children: string | null }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
