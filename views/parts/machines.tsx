import type { Machine } from "@/db/machines.ts";
import { oneLine, plain } from "@/views/plain.ts";
import { Icon } from "./icon.tsx";
import { Ago } from "./time.tsx";

export function Machines({ machines, now }: { machines: Machine[]; now: Date }) {
  if (machines.length === 0) {
    return <p class="muted">No worker has reported yet. Tasks wait until one does.</p>;
  }
  return (
    <ul class="machines">
      {machines.map((machine) => (
        <MachineCard key={machine.machine_id} machine={machine} now={now} />
      ))}
    </ul>
  );
}

function MachineCard({ machine, now }: { machine: Machine; now: Date }) {
  const { machine_id, alive, running, slots, cli_version, load_1m, last_seen_at } = machine;
  return (
    <li class={alive ? "machine" : "machine is-away"}>
      <p class="machine-head">
        <b>{oneLine(machine_id, 60)}</b>
        <span class={alive ? "is-completed" : "is-failed"}>
          <Icon name={alive ? "completed" : "failed"} />
          {alive ? "alive" : "silent"}
        </span>
      </p>
      {alive ? <Slots running={running} slots={slots} /> : last_seen_at && (
        <p>
          Silent, last seen <Ago at={last_seen_at} now={now} />
        </p>
      )}
      <p class="muted">
        {cli_version ? `Claude Code ${oneLine(cli_version, 40)}` : "CLI not found"}
        {load_1m !== null && ` · load ${load_1m.toFixed(1)}`}
      </p>
      <Login machine={machine} />
      <Isolation machine={machine} />
    </li>
  );
}

function Slots({ running, slots }: { running: number; slots: number }) {
  return (
    <p>
      {running} of {slots} slots used
      <progress value={running} max={Math.max(1, slots)} aria-label="Slots used"></progress>
    </p>
  );
}

function Login({ machine: { logged_in, login_hint } }: { machine: Machine }) {
  if (logged_in) {
    return <p class="muted">Signed in{login_hint && `: ${oneLine(login_hint, 120)}`}</p>;
  }
  const hint = login_hint ? plain(login_hint) : "The CLI has not said whether it is signed in.";
  if (logged_in === null) return <p class="muted">{hint}</p>;
  return (
    <p class="warning">
      <b>Not signed in.</b> {hint}
    </p>
  );
}

function Isolation({ machine: { isolation, isolation_reason } }: { machine: Machine }) {
  if (!isolation) return null;
  return (
    <p class={isolation === "none" ? "warning" : "muted"}>
      Isolation: <b>{isolation}</b>
      {isolation_reason && ` (${oneLine(isolation_reason, 300)})`}
    </p>
  );
}
