import { type Counted, coverageText, type Refusal } from "@/db/nouns/coverage.ts";
import type { Task } from "@/db/nouns/task.ts";
import { oneLine } from "@/views/plain.ts";

type Ended = Pick<Task, "coverage" | "refusals">;

/** In one or two lines, as the asker reads it. */
export function Seen({ task }: { task: Ended }) {
  const text = oneLine(coverageText(task.coverage, task.refusals), 2000);
  return text === "" ? null : <p class="seen" dir="auto">{text}</p>;
}

/** By name, as far as names were kept. */
export function SeenInFull({ task: { coverage, refusals } }: { task: Ended }) {
  const refused = refusals ?? [];
  const lists: [string, Counted][] = coverage
    ? [
      ["Read", coverage.files_read],
      ["Read in part", coverage.files_read_in_part],
      ["Changed", coverage.files_written],
      ["Searched for", coverage.searches],
      ["Ran", coverage.commands],
      ["Opened", coverage.web_pages],
      ["Searched the web for", coverage.web_searches],
      ["Sub-agents", coverage.sub_agents],
    ]
    : [];
  const some = lists.filter(([, { count }]) => count > 0);
  if (some.length === 0 && refused.length === 0) return null;
  return (
    <>
      <h3>What it saw and did</h3>
      {refused.length > 0 && (
        <NameList title="Not allowed">
          {refused.map((refusal, i) => <li key={i}>{refusalText(refusal)}</li>)}
        </NameList>
      )}
      {some.map(([title, counted]) => <Names key={title} title={title} counted={counted} />)}
    </>
  );
}

function Names({ title, counted: { count, names } }: { title: string; counted: Counted }) {
  return (
    <NameList title={`${title} (${count})`}>
      {names.map((name) => <li key={name}>{oneLine(name, 300)}</li>)}
      {count > names.length && <li class="muted">{count - names.length} more</li>}
    </NameList>
  );
}

function NameList({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <details class="fold names">
      <summary>{title}</summary>
      <ul>{children}</ul>
    </details>
  );
}

function refusalText({ tool, what, count, by_sub_agent, made_good }: Refusal): string {
  const times = count > 1 ? ` ×${count}` : "";
  const notes = [by_sub_agent && "a sub-agent", made_good && "done later"].filter(Boolean);
  const note = notes.length > 0 ? ` (${notes.join(", ")})` : "";
  return oneLine(`${tool}${times}${what === "" ? "" : `: ${what}`}`, 300) + note;
}
