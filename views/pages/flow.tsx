import type { ConversationTotals, Flow, TimelineEntry } from "@/db/nouns/flow.ts";
import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import type { May } from "@/views/may.ts";
import { Confirm } from "@/views/parts/confirm.tsx";
import { FlowBadge } from "@/views/parts/flow_badge.tsx";
import { flowName } from "@/views/parts/flow_name.ts";
import { FlowFacts } from "@/views/parts/flow_facts.tsx";
import { Icon } from "@/views/parts/icon.tsx";
import { Story } from "@/views/parts/story.tsx";
import { FLOW_CHANGES } from "@/views/pages/flows.tsx";
import { oneLine, plain, webAddress } from "@/views/plain.ts";

export interface FlowData {
  principal: Principal;
  may: May;
  flow: Flow;
  timeline: TimelineEntry[];
  conversations: ConversationTotals[];
  /** The plan that waits for a yes. */
  approval_id: string | null;
}

export function FlowPage(data: FlowData) {
  const { principal, flow } = data;
  const { flow_id, title, external_id } = flow;
  const name = oneLine(title, 200) || oneLine(external_id, 100);
  const link = webAddress(flow.url);
  const about = flowName(flow);
  return (
    <Layout title={name} principal={principal} section="flows" page="flow">
      <div id="events" hx-sse:connect="/hints" hx-swap="none"></div>
      <header class="task-head">
        <p class="kicker">
          {link
            ? (
              <a href={link} rel="nofollow noopener noreferrer">
                {about} <Icon name="out" />
              </a>
            )
            : <span>{about}</span>}
          <a href={`/deliveries?flow=${flow_id}`}>Deliveries</a>
          <a href={`/chat/${flow.conversation_id}`}>Conversation</a>
        </p>
        <h1 dir="auto">{name}</h1>
      </header>
      <FlowBody {...data} />
    </Layout>
  );
}

const isUnderWay = ({ status, ended_at }: Flow) => status !== "open" && ended_at === null;

function End({ flow: { flow_id, status } }: { flow: Flow }) {
  const action = `/flows/${flow_id}/stop`;
  return (
    <div class="actions">
      {status === "running"
        ? (
          <Confirm id="stop" label="Stop…" action={action} button="Stop what runs">
            <input type="hidden" name="meant" value="task" />
            <p>Ends the task that runs. Its step can then be tried again, or the work given up.</p>
          </Confirm>
        )
        : (
          <Confirm id="give-up" label="Give up…" action={action} button="Give this work up">
            <input type="hidden" name="meant" value="work" />
            <p>Ends the work for good. An open pull request is closed and its branch deleted.</p>
          </Confirm>
        )}
    </div>
  );
}

/** Loaded again whenever something happens. */
export function FlowBody(data: FlowData) {
  const { flow, may, approval_id, timeline, conversations } = data;
  return (
    <div
      id="flow"
      class="task-grid"
      hx-get={`/flows/${flow.flow_id}/story`}
      hx-trigger={FLOW_CHANGES}
      hx-swap="outerMorph"
    >
      <div class="flow-main">
        <p role="status">
          <FlowBadge flow={flow} />
        </p>
        {approval_id && (
          <p>
            <a class="button primary" href={`/approvals/${approval_id}`}>
              Read the plan that waits for an approval
            </a>
          </p>
        )}
        {flow.error !== null && <Failure flow={flow} may_retry={may.steer_flows} />}
        <Story flow={flow} timeline={timeline} />
        {may.steer_flows && isUnderWay(flow) && <End flow={flow} />}
      </div>
      <aside class="task-side" aria-label="Figures of this flow">
        <FlowFacts flow={flow} conversations={conversations} may_unlink={may.steer_flows} />
      </aside>
    </div>
  );
}

function Failure({ flow, may_retry }: { flow: Flow; may_retry: boolean }) {
  return (
    <div class="trouble">
      <p class="pre" dir="auto">{plain(flow.error ?? "")}</p>
      {may_retry && (
        <form method="post" action={`/flows/${flow.flow_id}/retry`}>
          <button type="submit">Try this step again</button>
        </form>
      )}
    </div>
  );
}
