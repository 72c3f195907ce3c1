import type { ComponentChildren } from "preact";
import type { CommandTrace } from "@/db/deliveries.ts";
import type { Delivery, RawRequest } from "@/db/deliveries/list.ts";
import type { Reply } from "@/db/replies.ts";
import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { bytes } from "@/views/format.ts";
import { Layout } from "@/views/layout.tsx";
import { OutcomeBadge } from "@/views/parts/badge.tsx";
import { Icon } from "@/views/parts/icon.tsx";
import { Replies } from "@/views/parts/replies.tsx";
import { TaskTable } from "@/views/parts/task_table.tsx";
import { Moment } from "@/views/parts/time.tsx";
import { Code } from "@/views/output/tool_input.tsx";
import { oneLine, plain } from "@/views/plain.ts";

export interface DeliveryData {
  principal: Principal;
  delivery: Delivery;
  raw: RawRequest | null;
  tasks: Task[];
  replies: Reply[];
  now: Date;
}

/** One delivery from end to end: what was sent, who, what it asked for, what came of it. */
export function DeliveryPage({ principal, delivery, raw, tasks, replies, now }: DeliveryData) {
  const name = `${oneLine(delivery.provider, 40)} ${oneLine(delivery.event_type ?? "unread", 80)}`;
  return (
    <Layout title={name} principal={principal} section="deliveries" page="delivery">
      <header class="task-head">
        <p class="kicker">
          <OutcomeBadge outcome={delivery.outcome} />
          <a href="/deliveries">All deliveries</a>
        </p>
        <h1>{name}</h1>
        {delivery.reason && <p class="note-box">{plain(delivery.reason)}</p>}
      </header>
      <div class="trace">
        <section aria-labelledby="received">
          <h2 id="received">Received</h2>
          <Received delivery={delivery} />
        </section>
        <section aria-labelledby="commands">
          <h2 id="commands">Commands</h2>
          <Commands commands={delivery.commands} />
        </section>
        <section aria-labelledby="tasks" class="wide">
          <h2 id="tasks">Tasks</h2>
          {tasks.length > 0
            ? <TaskTable tasks={tasks} now={now} />
            : <p class="muted">It made no task.</p>}
        </section>
        <section aria-labelledby="sent" class="wide">
          <h2 id="sent">Sent outside</h2>
          <Replies
            replies={replies}
            path={`/deliveries/${delivery.delivery_id}/replies`}
            expected={false}
          />
        </section>
        <section aria-labelledby="request" class="wide">
          <h2 id="request">The request</h2>
          <Request raw={raw} />
        </section>
      </div>
    </Layout>
  );
}

function Received({ delivery: d }: { delivery: Delivery }) {
  const { id, name, trust } = d.actor;
  return (
    <dl class="pairs">
      <Pair name="When" value={<Moment at={d.received_at} />} />
      <Pair name="Answered in" value={d.answered_ms !== null && `${d.answered_ms.toFixed(1)} ms`} />
      <Pair name="Signature" value={signatureOf(d)} />
      <Pair name="Sent by" value={name && oneLine(name, 80)} />
      <Pair name="Sender's id" value={id && oneLine(id, 80)} />
      <Pair name="Trust" value={trust} />
      <Pair name="About" value={d.external_id && oneLine(d.external_id, 120)} />
      <Pair name="Provider's id" value={oneLine(d.provider_delivery_id ?? "", 120)} />
      <Pair name="Size" value={bytes(d.body_bytes)} />
      <Pair
        name="First one"
        value={d.duplicate_of && <a href={`/deliveries/${d.duplicate_of}`}>open</a>}
      />
    </dl>
  );
}

function Pair({ name, value }: { name: string; value: ComponentChildren }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function signatureOf({ outcome }: Delivery): string {
  if (outcome === "refused") return "not verified";
  return "verified on the raw bytes";
}

function Commands({ commands }: { commands: CommandTrace[] }) {
  if (commands.length === 0) return <p class="muted">None was looked for.</p>;
  return (
    <ul class="commands">
      {commands.map((command) => (
        <li key={command.name} class={command.matched ? "is-completed" : "is-cancelled"}>
          <Icon name={command.matched ? "completed" : "cancelled"} />
          <span>
            <b>{oneLine(command.name, 60)}</b> {command.matched ? "matched" : "did not match"}:{" "}
            {oneLine(command.reason, 300)}
          </span>
        </li>
      ))}
    </ul>
  );
}

const SHOWN = 64_000;

function Request({ raw }: { raw: RawRequest | null }) {
  const headers = Object.entries(raw?.headers ?? {});
  return (
    <>
      {headers.length > 0 && (
        <details open class="fold">
          <summary>Headers, without secrets</summary>
          <dl class="fields">
            {headers.map(([name, value]) => (
              <Header key={name} name={name} value={String(value)} />
            ))}
          </dl>
        </details>
      )}
      {raw?.body ? <Code text={pretty(raw.body)} label="Body" longest={SHOWN} /> : (
        <p class="muted">
          The body was not kept: only authentic, readable, first deliveries are.
        </p>
      )}
    </>
  );
}

function Header({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{oneLine(name, 80)}</dt>
      <dd>
        <code>{oneLine(value, 300)}</code>
      </dd>
    </>
  );
}

/** JSON indented; anything else as it came. */
function pretty(body: Uint8Array): string {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
