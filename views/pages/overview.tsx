import type { Approval } from "@/db/approvals.ts";
import type { Machine } from "@/db/machines.ts";
import type { Overview } from "@/db/overview.ts";
import type { Page } from "@/db/page.ts";
import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import type { Waiting } from "@/db/waiting.ts";
import { TASK_STATUSES, type TaskStatus } from "@/db/nouns/task.ts";
import { CostBars, type DayCost } from "@/views/charts/cost_bars.tsx";
import { count, duration, money, plural } from "@/views/format.ts";
import { Layout } from "@/views/layout.tsx";
import { Empty } from "@/views/parts/empty.tsx";
import { Filter } from "@/views/parts/filter.tsx";
import { Machines } from "@/views/parts/machines.tsx";
import { Pager, withQuery } from "@/views/parts/pager.tsx";
import { TaskTable } from "@/views/parts/task_table.tsx";
import { WaitingForPeople } from "@/views/parts/waiting.tsx";

export interface OverviewData {
  principal: Principal;
  overview: Overview;
  machines: Machine[];
  days: DayCost[];
  waiting: Waiting;
  /** The newest of the plans that wait. */
  plans: Approval[];
  tasks: Page<Task>;
  status: TaskStatus | undefined;
  cursor: string | undefined;
  now: Date;
}

export function OverviewPage(data: OverviewData) {
  return (
    <Layout title="Overview" principal={data.principal} section="overview" page="overview">
      <h1>Overview</h1>
      <div id="events" hx-sse:connect="/hints" hx-swap="none"></div>
      <OverviewBody {...data} />
    </Layout>
  );
}

// Events only say that something changed: the page reads the tables, at most once a second.
const CHANGES = ["task.created", "task.started", "task.completed", "task.failed", "task.cancelled"]
  .concat("approval.requested", "approval.decided", "agent.status", "htmx:sse:after:connection")
  .map((event) => `${event} from:#events throttle:1s`);

/** Loaded again whenever something changed. */
export function OverviewBody(data: OverviewData) {
  const { overview, machines, days, tasks, status, cursor, now } = data;
  return (
    <div
      id="overview"
      class="overview"
      hx-get={withQuery("/overview", { status, cursor })}
      hx-trigger={[...CHANGES, "every 30s"].join(", ")}
      hx-swap="outerMorph"
    >
      <Tiles overview={overview} machines={machines} />
      <WaitingForPeople waiting={data.waiting} plans={data.plans} now={now} />
      <section class="wide" aria-labelledby="tasks-title">
        <div class="section-head">
          <h2 id="tasks-title">Tasks</h2>
          <Filter label="Status" path="/" name="status" values={TASK_STATUSES} chosen={status} />
        </div>
        {tasks.items.length > 0
          ? <TaskTable tasks={tasks.items} now={now} />
          : <NoTasks {...data} />}
        <Pager
          first={cursor ? withQuery("/", { status }) : null}
          older={tasks.next_cursor && withQuery("/", { status, cursor: tasks.next_cursor })}
        />
      </section>
      <div class="side">
        <section aria-labelledby="machines-title">
          <h2 id="machines-title">Machines</h2>
          <Machines machines={machines} now={now} />
        </section>
        <section aria-labelledby="cost-title">
          <h2 id="cost-title">Cost, last {days.length} days</h2>
          <CostBars days={days} />
        </section>
      </div>
    </div>
  );
}

function Tiles({ overview: o, machines }: Pick<OverviewData, "overview" | "machines">) {
  const slots = machines.reduce((sum, { alive, slots }) => sum + (alive ? slots : 0), 0);
  const waiting = o.oldest_queued_seconds;
  return (
    <dl class="tiles">
      <Tile
        name="Running"
        value={count(o.running)}
        note={slots > 0 ? `of ${plural(slots, "slot")}` : "no machine is alive"}
      />
      <Tile
        name="Queued"
        value={count(o.queued)}
        note={waiting === null ? "nobody waits" : `oldest waits ${duration(waiting)}`}
      />
      <Tile
        name="Ended today"
        value={count(o.completed_today + o.failed_today + o.cancelled_today)}
        note={`${o.failed_today} failed, ${o.cancelled_today} cancelled`}
      />
      <Tile
        name="Cost today"
        value={money(o.cost_usd_today)}
        note={`${count(o.input_tokens_today)} tokens in, ${count(o.output_tokens_today)} out`}
      />
    </dl>
  );
}

function Tile({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>
        <span class="value">{value}</span>
        {note && <span class="sub-line">{note}</span>}
      </dd>
    </div>
  );
}

function NoTasks({ status, cursor }: Pick<OverviewData, "status" | "cursor">) {
  if (status || cursor) return <Empty title={`No ${status ?? "further"} tasks.`} />;
  return (
    <Empty title="Nothing has been asked yet.">
      <p>
        <a href="/chat">Ask something in the chat</a>, or comment on an issue once a{" "}
        <a href="/webhooks">webhook</a> is set up: what comes in is listed under{" "}
        <a href="/deliveries">Deliveries</a>.
      </p>
    </Empty>
  );
}
