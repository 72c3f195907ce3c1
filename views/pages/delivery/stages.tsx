import type { Delivery } from "@/db/deliveries/list.ts";
import { AnswerBar, milliseconds, OBJECTIVE_MS } from "@/views/charts/answer_bar.tsx";
import { bytes } from "@/views/format.ts";
import type { CameBy, DeliveryData } from "@/views/pages/delivery.tsx";
import { withQuery } from "@/views/parts/pager.tsx";
import { Replies } from "@/views/parts/replies.tsx";
import { Pair, Stage, type StageState } from "@/views/parts/stage.tsx";
import { TaskTable } from "@/views/parts/task_table.tsx";
import { Moment } from "@/views/parts/time.tsx";
import { Traces } from "@/views/parts/traces.tsx";
import { oneLine, plain } from "@/views/plain.ts";

export function Arrived({ delivery: d, webhook }: DeliveryData) {
  return (
    <Stage id="arrived" title="Arrived" state="done">
      <dl class="pairs">
        <Pair name="When" value={<Moment at={d.received_at} />} />
        <Pair
          name="At"
          value={webhook
            ? <a href={`/webhooks/${webhook.webhook_id}`}>{oneLine(webhook.name, 80)}</a>
            : d.webhook_id && `a webhook that is gone (${d.webhook_id})`}
        />
        <Pair name="Size" value={bytes(d.body_bytes)} />
        <Pair name="Provider's id" value={oneLine(d.provider_delivery_id ?? "", 120)} />
        <Pair
          name="Answered in"
          value={d.answered_ms !== null && <AnsweredIn ms={d.answered_ms} />}
        />
      </dl>
    </Stage>
  );
}

function AnsweredIn({ ms }: { ms: number }) {
  return (
    <span class="answer-times">
      <AnswerBar p50={ms} p99={ms} />
      <span>
        {milliseconds(ms)} <span class="muted">of {OBJECTIVE_MS} ms</span>
      </span>
    </span>
  );
}

/** Whether the signature was valid. */
export function Verified({ delivery: { outcome, reason, replay_of } }: DeliveryData) {
  if (outcome === "refused") {
    return (
      <Stage id="verified" title="Not verified" state="failed">
        <p class="why">{plain(reason ?? "its signature is missing or wrong")}</p>
        <p class="muted">It was answered with 401, and nothing in it was believed.</p>
      </Stage>
    );
  }
  return (
    <Stage id="verified" title="Verified" state="done">
      <p>
        {replay_of
          ? "When it first came in: a replay takes the bytes that were kept."
          : "The signature fits the raw bytes."}
      </p>
    </Stage>
  );
}

const TRUST: Record<string, string> = {
  trusted: "trusted: may start work",
  untrusted: "not trusted: may not start work",
  self: "ourselves: what we post starts nothing",
  bot: "a bot: bots start nothing",
  system: "nobody: the provider tells of something that no person did",
};

export function Read({ delivery: d, webhook }: DeliveryData) {
  if (d.outcome === "refused") return null;
  if (d.outcome === "invalid") {
    return (
      <Stage id="read" title="Not readable" state="failed">
        <p class="why">{plain(d.reason ?? "it could not be read")}</p>
      </Stage>
    );
  }
  const { id, name } = d.actor;
  return (
    <Stage id="read" title="Read" state="done">
      <dl class="pairs">
        <Pair name="Event" value={d.event_type && <code>{oneLine(d.event_type, 120)}</code>} />
        <Pair name="Sent by" value={name && oneLine(name, 80)} />
        <Pair name="Sender's id" value={id && oneLine(id, 80)} />
        <Pair name="Trust" value={<Trust delivery={d} webhook={webhook} />} />
        <Pair name="About" value={d.external_id && oneLine(d.external_id, 120)} />
        <Pair
          name="Flow"
          value={d.flow_id && (
            <a href={withQuery("/deliveries", { flow: d.flow_id })}>
              {d.external_id ? "all that came in about it" : "this delivery and its replays"}
            </a>
          )}
        />
      </dl>
    </Stage>
  );
}

function Trust({ delivery: { actor }, webhook }: { delivery: Delivery; webhook: CameBy | null }) {
  const { trust } = actor;
  if (!trust) return null;
  return (
    <>
      {Object.hasOwn(TRUST, trust) ? TRUST[trust] : trust}
      {trust === "untrusted" && webhook?.trusted_setting && (
        <span class="sub-line">
          who may is said by <code>{webhook.trusted_setting}</code>
        </span>
      )}
    </>
  );
}

export function Matched({ delivery: { outcome, commands, duplicate_of } }: DeliveryData) {
  if (outcome === "refused" || outcome === "invalid") return null;
  const matched = commands.filter((trace) => trace.matched).length;
  const title = matched > 0
    ? `Matched ${matched === 1 ? "a command" : `${matched} commands`}`
    : "Matched no command";
  return (
    <Stage id="matched" title={title} state={matched > 0 ? "done" : "idle"}>
      {duplicate_of && commands.length === 0
        ? <p class="muted">A repetition is not looked at again.</p>
        : <Traces commands={commands} />}
    </Stage>
  );
}

const nothingDone = (outcome: string): string =>
  outcome === "accepted" ? "No task, and nothing sent later" : "Nothing was to be done";

export function Done({ delivery, tasks, replies, now }: DeliveryData) {
  const { delivery_id, outcome, notes } = delivery;
  if (outcome === "refused" || outcome === "invalid") return null;
  const nothing = tasks.length === 0 && replies.length === 0;
  const state: StageState = nothing
    ? "idle"
    : replies.some(({ status }) => status === "failed")
    ? "failed"
    : "done";
  return (
    <Stage id="done" title={nothing ? nothingDone(outcome) : "Done"} state={state}>
      {tasks.length > 0 && <TaskTable tasks={tasks} now={now} />}
      {!nothing && (
        <>
          <h3>Sent outside</h3>
          <Replies
            replies={replies}
            path={`/deliveries/${delivery_id}/replies`}
            expected={false}
          />
        </>
      )}
      {notes.length > 0 && (
        <ul class="notes" aria-label="Notes">
          {notes.map((note) => (
            <li key={note} class="note-box">
              <Note note={note} />
            </li>
          ))}
        </ul>
      )}
    </Stage>
  );
}

/** The lines that a note lists are shown as they are. */
function Note({ note }: { note: string }) {
  const [words, ...listed] = plain(note).split("\n- ");
  if (listed.length === 0) return <>{words}</>;
  return (
    <>
      {words}
      <ul class="taken">
        {listed.map((text, n) => (
          <li key={n}>
            <code>{text}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
