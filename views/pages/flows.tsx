import { type Flow, FLOW_STATUSES, type FlowStatus } from "@/db/nouns/flow.ts";
import type { Page } from "@/db/page.ts";
import type { Principal } from "@/db/sessions.ts";
import { money, plural } from "@/views/format.ts";
import { Layout } from "@/views/layout.tsx";
import { Empty } from "@/views/parts/empty.tsx";
import { Filter } from "@/views/parts/filter.tsx";
import { FlowBadge } from "@/views/parts/flow_badge.tsx";
import { flowName } from "@/views/parts/flow_name.ts";
import { Pager, withQuery } from "@/views/parts/pager.tsx";
import { Ago } from "@/views/parts/time.tsx";
import { oneLine } from "@/views/plain.ts";

/** Filters, as the address has them. */
export interface FlowQuery {
  provider?: string;
  status?: FlowStatus;
}

export interface FlowsData {
  principal: Principal;
  flows: Page<Flow>;
  providers: string[];
  query: FlowQuery;
  cursor: string | undefined;
  now: Date;
}

export function FlowsPage(data: FlowsData) {
  const { principal, providers, query: { provider, status } } = data;
  return (
    <Layout title="Flows" principal={principal} section="flows" page="flows">
      <h1>Flows</h1>
      <div id="events" hx-sse:connect="/hints" hx-swap="none"></div>
      <div class="filters">
        <Filter
          label="Status"
          path="/flows"
          name="status"
          values={FLOW_STATUSES}
          chosen={status}
          others={{ provider }}
          shown
        />
        <Filter
          label="Provider"
          path="/flows"
          name="provider"
          values={providers}
          chosen={provider}
          others={{ status }}
          shown
        />
      </div>
      <FlowsBody {...data} />
    </Layout>
  );
}

// Read again when work begins, ends or is decided about, at most once a second.
export const FLOW_CHANGES = ["task.created", "task.completed", "task.failed", "task.cancelled"]
  .concat("approval.requested", "approval.decided", "htmx:sse:after:connection")
  .map((event) => `${event} from:#events throttle:1s`).concat("every 30s").join(", ");

/** The newest page loads itself again. */
export function FlowsBody({ flows, query, cursor, now }: FlowsData) {
  const refresh = cursor ? {} : {
    "hx-get": withQuery("/flows/list", { ...query }),
    "hx-trigger": FLOW_CHANGES,
  };
  return (
    <section id="flows" aria-label="List" {...refresh} hx-swap="outerMorph">
      {flows.items.length === 0 ? <None query={query} /> : (
        <ul class="flow-cards">
          {flows.items.map((flow) => <Card key={flow.flow_id} flow={flow} now={now} />)}
        </ul>
      )}
      <Pager
        first={cursor ? withQuery("/flows", { ...query }) : null}
        older={flows.next_cursor && withQuery("/flows", { ...query, cursor: flows.next_cursor })}
      />
    </section>
  );
}

function Card({ flow, now }: { flow: Flow; now: Date }) {
  const { flow_id, external_id, title, tasks, cost_usd, pull_request, error } = flow;
  return (
    <li class="flow-card">
      <p class="kicker">
        <FlowBadge flow={flow} />
        <span>{flowName(flow)}</span>
        <Ago at={flow.started_at} now={now} />
      </p>
      <a class="title" href={`/flows/${flow_id}`} dir="auto">
        {oneLine(title, 160) || oneLine(external_id, 100)}
      </a>
      <p class="sub-line">
        {plural(tasks, "task")}, {money(cost_usd)}
        {pull_request && `, pull request #${pull_request.number} ${pull_request.state}`}
      </p>
      {error && <p class="sub-line why">{oneLine(error, 160)}</p>}
    </li>
  );
}

function None({ query }: { query: FlowQuery }) {
  if (query.provider || query.status) {
    return (
      <Empty title="No such flows.">
        <p>
          <a href="/flows">Show all of them</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No flow has begun yet.">
      <p>An issue, a thread or an error becomes one as soon as something is asked about it.</p>
    </Empty>
  );
}
