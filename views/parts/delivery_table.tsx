import type { Delivery } from "@/db/deliveries/list.ts";
import { milliseconds } from "@/views/charts/answer_bar.tsx";
import { oneLine } from "@/views/plain.ts";
import { OutcomeBadge } from "./badge.tsx";
import { Ago } from "./time.tsx";

export function DeliveryTable({ deliveries, now }: { deliveries: Delivery[]; now: Date }) {
  return (
    <table class="list deliveries" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Outcome</th>
          <th role="columnheader" scope="col">Delivery</th>
          <th role="columnheader" scope="col">Became</th>
          <th role="columnheader" scope="col" class="number">Answered in</th>
          <th role="columnheader" scope="col" class="number">Received</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {deliveries.map((d) => <DeliveryRow key={d.delivery_id} delivery={d} now={now} />)}
      </tbody>
    </table>
  );
}

function DeliveryRow({ delivery: d, now }: { delivery: Delivery; now: Date }) {
  const name = [oneLine(d.provider, 40), oneLine(d.event_type ?? "unread", 80)].join(" ");
  return (
    <tr role="row">
      <td role="cell" class="c-status">
        <OutcomeBadge outcome={d.outcome} />
      </td>
      <td role="cell" class="c-main">
        <a class="title" href={`/deliveries/${d.delivery_id}`}>{name}</a>
        <span class="sub-line">
          {[
            d.external_id && oneLine(d.external_id, 80),
            d.actor.name && `by ${oneLine(d.actor.name, 60)}`,
            d.replay_of && "a replay",
          ]
            .filter(Boolean).join(" · ")}
        </span>
        {d.reason && (
          <span class={isTrouble(d) ? "sub-line why" : "sub-line"}>{oneLine(d.reason, 200)}</span>
        )}
      </td>
      <td role="cell" class="c-became">
        <Became delivery={d} />
      </td>
      <td role="cell" class={d.answered_ms === null ? "number is-none" : "number"}>
        {d.answered_ms === null ? "–" : milliseconds(d.answered_ms)}
      </td>
      <td role="cell" class="number c-when">
        <Ago at={d.received_at} now={now} />
      </td>
    </tr>
  );
}

const isTrouble = ({ outcome }: Delivery) => outcome === "refused" || outcome === "invalid";

function Became({ delivery: d }: { delivery: Delivery }) {
  const commands = d.commands.filter((command) => command.matched).map((c) => oneLine(c.name, 40));
  if (d.duplicate_of) return <a href={`/deliveries/${d.duplicate_of}`}>the first one</a>;
  if (d.task_ids.length === 0) return <span class="muted">{commands.join(", ") || "nothing"}</span>;
  // Not every command makes a task, and the list does not know which did.
  const named = commands.length === d.task_ids.length;
  return (
    <>
      {d.task_ids.map((id, i) => (
        <a key={id} href={`/tasks/${id}`}>{named ? commands[i] : `task ${i + 1}`}</a>
      ))}
      {!named && <span class="sub-line">{commands.join(", ")}</span>}
    </>
  );
}
