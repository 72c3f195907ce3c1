import type { CommandTrace } from "@/db/nouns/delivery.ts";
import { Icon } from "@/views/parts/icon.tsx";
import { oneLine } from "@/views/plain.ts";

/** From so many commands on, those with the same reason share a line. */
const MANY = 4;

/** More lines about commands that did not match are folded. */
const LINES = 10;

export function Traces({ commands }: { commands: CommandTrace[] }) {
  if (commands.length === 0) return <p class="muted">No command was looked at.</p>;
  const lines = unmatchedLines(commands);
  const left = lines.length > LINES + 1 ? lines.slice(LINES) : [];
  return (
    <>
      <ul class="commands">
        {commands.filter((trace) => trace.matched).map((trace) => (
          <li key={trace.name} class="is-completed">
            <Icon name="completed" />
            <span>
              <b>{oneLine(trace.name, 60)}</b> matched: {oneLine(trace.reason, 300)}
            </span>
          </li>
        ))}
        {lines.slice(0, lines.length - left.length).map((line) => (
          <Unmatched key={line.names[0]} {...line} />
        ))}
      </ul>
      {left.length > 0 && (
        <details class="fold">
          <summary>{left.length} more reasons</summary>
          <ul class="commands">
            {left.map((line) => <Unmatched key={line.names[0]} {...line} />)}
          </ul>
        </details>
      )}
    </>
  );
}

interface Line {
  names: string[];
  reason: string;
}

function unmatchedLines(commands: CommandTrace[]): Line[] {
  const unmatched = commands.filter((trace) => !trace.matched);
  const groups = [...Map.groupBy(unmatched, ({ reason }) => reason)];
  return groups.flatMap(([reason, traces]) => {
    const names = traces.map(({ name }) => name);
    return names.length < MANY ? names.map((name) => ({ names: [name], reason })) : [
      { names, reason },
    ];
  });
}

function Unmatched({ names, reason }: Line) {
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
