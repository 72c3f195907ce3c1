import type { CommandTrace } from "@/db/deliveries.ts";
import { Icon } from "@/views/parts/icon.tsx";
import { oneLine } from "@/views/plain.ts";

/** From so many commands on, those of which the same is true are told of together. */
const MANY = 4;

/** Each command and why it ran or did not. */
export function Traces({ commands }: { commands: CommandTrace[] }) {
  if (commands.length === 0) return <p class="muted">No command was looked at.</p>;
  const matched = commands.filter((trace) => trace.matched);
  const groups = Map.groupBy(commands.filter((trace) => !trace.matched), ({ reason }) => reason);
  return (
    <ul class="commands">
      {matched.map((trace) => (
        <li key={trace.name} class="is-completed">
          <Icon name="completed" />
          <span>
            <b>{oneLine(trace.name, 60)}</b> matched: {oneLine(trace.reason, 300)}
          </span>
        </li>
      ))}
      {[...groups].flatMap(([reason, traces]) =>
        traces.length < MANY
          ? traces.map((trace) => (
            <Unmatched key={trace.name} names={[trace.name]} reason={reason} />
          ))
          : [<Unmatched key={reason} names={traces.map(({ name }) => name)} reason={reason} />]
      )}
    </ul>
  );
}

function Unmatched({ names, reason }: { names: string[]; reason: string }) {
  const said = oneLine(reason, 300);
  return (
    <li class="is-cancelled">
      <Icon name="cancelled" />
      {names.length === 1
        ? (
          <span>
            <b>{oneLine(names[0], 60)}</b> did not match: {said}
          </span>
        )
        : (
          <details class="fold">
            <summary>
              <span>
                <b>{names.length} commands</b> did not match: {said}
              </span>
            </summary>
            {names.map((name) => oneLine(name, 60)).join(", ")}
          </details>
        )}
    </li>
  );
}
