import type { Approval } from "@/db/approvals.ts";
import { APPROVAL_STATUSES, type ApprovalStatus } from "@/db/nouns/approval.ts";
import type { Page } from "@/db/page.ts";
import type { Principal } from "@/db/sessions.ts";
import { plural } from "@/views/format.ts";
import { Layout } from "@/views/layout.tsx";
import { FLOW_CHANGES } from "@/views/pages/flows.tsx";
import { Empty } from "@/views/parts/empty.tsx";
import { Filter } from "@/views/parts/filter.tsx";
import { ApprovalBadge } from "@/views/parts/flow_badge.tsx";
import { Pager, withQuery } from "@/views/parts/pager.tsx";
import { Ago, Moment } from "@/views/parts/time.tsx";
import { oneLine } from "@/views/plain.ts";

export interface ApprovalsData {
  principal: Principal;
  /** What waits, before all others; empty where a status or an older page is asked for. */
  pending: Approval[];
  approvals: Page<Approval>;
  status: ApprovalStatus | undefined;
  cursor: string | undefined;
  now: Date;
}

export function ApprovalsPage(data: ApprovalsData) {
  return (
    <Layout title="Approvals" principal={data.principal} section="approvals" page="approvals">
      <h1>Approvals</h1>
      <div id="events" hx-sse:connect="/hints" hx-swap="none"></div>
      <div class="filters">
        <Filter
          label="Status"
          path="/approvals"
          name="status"
          values={APPROVAL_STATUSES}
          chosen={data.status}
          shown
        />
      </div>
      <ApprovalsBody {...data} />
    </Layout>
  );
}

/** The newest page loads itself again. */
export function ApprovalsBody({ pending, approvals, status, cursor, now }: ApprovalsData) {
  const { items, next_cursor } = approvals;
  const others = pending.length > 0 ? items.filter((one) => one.status !== "pending") : items;
  const refresh = cursor ? {} : {
    "hx-get": withQuery("/approvals/list", { status }),
    "hx-trigger": FLOW_CHANGES,
  };
  return (
    <div id="approvals" class="lists" {...refresh} hx-swap="outerMorph">
      {items.length === 0 && pending.length === 0 && <None status={status} />}
      <Cards title="Waiting" approvals={pending} now={now} />
      <Cards title={status ?? (cursor ? "Older" : "Decided")} approvals={others} now={now} />
      <Pager
        first={cursor ? withQuery("/approvals", { status }) : null}
        older={next_cursor && withQuery("/approvals", { status, cursor: next_cursor })}
      />
    </div>
  );
}

function Cards({ title, approvals, now }: { title: string; approvals: Approval[]; now: Date }) {
  if (approvals.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class="flow-cards">
        {approvals.map((one) => <Card key={one.approval_id} approval={one} now={now} />)}
      </ul>
    </section>
  );
}

function Card({ approval, now }: { approval: Approval; now: Date }) {
  const { approval_id, plan, status, requested_at, expires_at, decided_by } = approval;
  return (
    <li class="flow-card">
      <p class="kicker">
        <ApprovalBadge status={status} />
        <Ago at={requested_at} now={now} />
        {decided_by && <span>by {oneLine(decided_by, 60)}</span>}
      </p>
      <a class="title" href={`/approvals/${approval_id}`} dir="auto">{oneLine(plan.title, 200)}</a>
      <p class="sub-line">
        Risk {plan.risk_level}, {plural(plan.files_affected.length, "file")}
        {status === "pending" && (
          <>
            , until <Moment at={expires_at} />
          </>
        )}
      </p>
    </li>
  );
}

function None({ status }: { status: ApprovalStatus | undefined }) {
  return (
    <Empty title={status === undefined ? "No plan has been made yet." : "No such approvals."}>
      <p>
        {status === undefined
          ? "A command such as `fix` writes a plan first, which waits here for a yes."
          : <a href="/approvals">Show all of them</a>}
      </p>
    </Empty>
  );
}
