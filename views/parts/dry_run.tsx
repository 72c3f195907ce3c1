import { Icon } from "@/views/parts/icon.tsx";
import { Traces } from "@/views/parts/traces.tsx";
import { Ago } from "@/views/parts/time.tsx";
import { cut, oneLine, plain } from "@/views/plain.ts";
import { readablePayload } from "@/views/readable_body.ts";
import type { DryRun } from "@/views/webhooks.ts";

const SHOWN = 4_000;

/** What today's commands would do with one delivery. */
export function DryRunResult({ run }: { run: DryRun }) {
  return (
    <div class="dry-run">
      <p class={run.outcome === "accepted" ? "is-completed verdict" : "muted verdict"}>
        <Icon name={run.outcome === "accepted" ? "completed" : "cancelled"} />
        Today it would be {run.outcome}
        {run.reason && `: ${oneLine(run.reason, 300)}`}
      </p>
      <Traces commands={run.commands} />
      <WouldDo run={run} />
    </div>
  );
}

function WouldDo({ run }: { run: DryRun }) {
  const { tasks, replies, notes } = run;
  return (
    <>
      {tasks.map((task, i) => (
        <Fold key={`task-${i}`} text={task.prompt}>
          {oneLine(task.command, 60)} would start a task for <b>{oneLine(task.agent, 60)}</b>, tools
          {" "}
          {oneLine(task.tool_profile, 20)}
        </Fold>
      ))}
      {replies.map((reply, i) => (
        <Fold key={`reply-${i}`} text={shownBody(reply)}>
          {oneLine(reply.command, 60)} would send a <b>{oneLine(reply.kind, 40)}</b>
        </Fold>
      ))}
      {notes.map((note) => <p key={note} class="muted">{plain(note)}</p>)}
    </>
  );
}

const shownBody = ({ kind, body }: DryRun["replies"][number]): string =>
  kind === "forward" ? readablePayload(body) : body;

function Fold({ text, children }: { text: string; children: preact.ComponentChildren }) {
  const { text: shown, left_out } = cut(plain(text), SHOWN);
  return (
    <details class="fold">
      <summary>
        <span>{children}</span>
      </summary>
      <pre
        class="code"
        tabIndex={0}
      >{shown}{left_out > 0 && `\n… (${left_out} more characters)`}</pre>
    </details>
  );
}

interface DryRunTableProps {
  name: string;
  runs: DryRun[];
  now: Date;
}

/** What an unsaved command would have done with recent deliveries. */
export function DryRunTable({ name, runs, now }: DryRunTableProps) {
  if (runs.length === 0) {
    return (
      <p class="note-box verdict">
        Nothing is kept that it could be tried on: send a sample with{" "}
        <code>deno task webhook:send</code>, or wait for a delivery.
      </p>
    );
  }
  const matched = runs.filter((run) => traceOf(run, name)?.matched).length;
  return (
    <div class="tried">
      <p class="verdict">
        {oneLine(name, 60)} would have run for <b>{matched}</b> of {runs.length}{" "}
        {runs.length === 1 ? "delivery" : "deliveries"}. Nothing was sent.
      </p>
      <ol>
        {runs.map((run) => <Tried key={run.delivery_id} run={run} name={name} now={now} />)}
      </ol>
    </div>
  );
}

const traceOf = (run: DryRun, name: string) =>
  run.commands.find((trace) => trace.name.toLowerCase() === name.toLowerCase());

function Tried({ run, name, now }: { run: DryRun; name: string; now: Date }) {
  const trace = traceOf(run, name);
  const own = <T extends { command: string }>(all: T[]): T[] =>
    all.filter(({ command }) => command.toLowerCase() === name.toLowerCase());
  return (
    <li class={trace?.matched ? "is-match" : undefined}>
      <p class="tried-head">
        <span class={trace?.matched ? "is-completed" : "is-cancelled"}>
          <Icon name={trace?.matched ? "completed" : "cancelled"} />
          {trace?.matched ? "would run" : "would not"}
        </span>
        <a href={`/deliveries/${run.delivery_id}`}>
          {oneLine(run.event_type ?? "unreadable", 80)}
        </a>
        {run.external_id && <span>{oneLine(run.external_id, 60)}</span>}
        {run.actor.name && <span>by {oneLine(run.actor.name, 60)}</span>}
        <Ago at={run.received_at} now={now} />
      </p>
      <p class="muted">{plain(trace?.reason ?? run.reason ?? "it was not looked at")}</p>
      {trace?.matched && (
        <WouldDo run={{ ...run, tasks: own(run.tasks), replies: own(run.replies) }} />
      )}
    </li>
  );
}

export function DryRunRefused({ problems }: { problems: { path: string; message: string }[] }) {
  return (
    <div class="trouble">
      <p class="verdict">It cannot be tried as it stands:</p>
      <ul>
        {problems.map(({ path, message }) => (
          <li key={path}>{plain(path ? `${path}: ${message}` : message)}</li>
        ))}
      </ul>
    </div>
  );
}
