import type { ComponentChildren } from "preact";
import type { ConversationTotals, Flow } from "@/db/nouns/flow.ts";
import { count, duration, money, plural } from "@/views/format.ts";
import { oneLine, webAddress } from "@/views/plain.ts";

interface FlowFactsProps {
  flow: Flow;
  conversations: ConversationTotals[];
  may_unlink: boolean;
}

/** What it used, alone and by conversation; its pull request; what is linked with it. */
export function FlowFacts({ flow, conversations, may_unlink }: FlowFactsProps) {
  return (
    <>
      <h2>Figures</h2>
      <dl class="facts">
        <Fact name="Cost">{money(flow.cost_usd)}</Fact>
        <Fact name="Tasks">{flow.tasks}</Fact>
        <Fact name="Work">{duration(flow.duration_seconds)}</Fact>
        <Fact name="Tokens in">{count(flow.input_tokens)}</Fact>
        <Fact name="Tokens out">{count(flow.output_tokens)}</Fact>
        <Fact name="From cache">{count(flow.cache_read_tokens)}</Fact>
      </dl>
      <PullRequest flow={flow} />
      {conversations.length > 1 && <Conversations conversations={conversations} />}
      <Linked flow={flow} may_unlink={may_unlink} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function PullRequest({ flow: { pull_request } }: { flow: Flow }) {
  if (!pull_request) return null;
  const { number, url, state, is_draft, branch, head } = pull_request;
  const address = webAddress(url);
  return (
    <>
      <h3>Pull request</h3>
      <dl class="facts">
        <Fact name="Number">
          {address
            ? <a href={address} rel="nofollow noopener noreferrer">#{number}</a>
            : `#${number}`}
        </Fact>
        <Fact name="State">{state === "open" && is_draft ? "draft" : state}</Fact>
        <Fact name="Branch">{oneLine(branch, 100)}</Fact>
        <Fact name="Commit">{oneLine(head, 10)}</Fact>
      </dl>
    </>
  );
}

function Conversations({ conversations }: { conversations: ConversationTotals[] }) {
  return (
    <>
      <h3>Conversations</h3>
      <ul class="linked">
        {conversations.map(({ conversation_id, title, cost_usd, tasks }) => (
          <li key={conversation_id}>
            <a href={`/chat/${conversation_id}`} dir="auto">
              {oneLine(title, 80) || "(no title)"}
            </a>
            <span class="sub-line">{plural(tasks, "task")}, {money(cost_usd)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Linked({ flow: { flow_id, linked }, may_unlink }: { flow: Flow; may_unlink: boolean }) {
  if (linked.length === 0) return null;
  return (
    <>
      <h3>Linked flows</h3>
      <ul class="linked">
        {linked.map((link) => (
          <li key={link.flow_id}>
            <a href={`/flows/${link.flow_id}`} dir="auto">
              {oneLine(link.title, 80) || "(no title)"}
            </a>
            <span class="sub-line" dir="auto">{oneLine(link.evidence, 200)}</span>
            {may_unlink && (
              <form method="post" action={`/flows/${flow_id}/links/${link.flow_id}/undo`}>
                <button type="submit" class="quiet">Undo this link</button>
              </form>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
