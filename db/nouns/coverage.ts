import { z } from "zod";
import type { TaskStatus } from "@/db/nouns/task.ts";

export const MOST_LISTED = 50;
export const MOST_REFUSALS = 50;
export const LONGEST_NAMED = 200;

const named = z.string().max(2 * LONGEST_NAMED);
const lines = z.array(z.string().max(1000)).max(MOST_LISTED);

/** How many there were, and the first of them by name. */
const counted = z.object({
  count: z.int().nonnegative(),
  names: z.array(named).max(MOST_LISTED),
});
export type Counted = z.infer<typeof counted>;

/** What a run saw and did, as the CLI reported each call: not what the model says of it. */
export const coverage = z.object({
  files_read: counted,
  files_read_in_part: counted,
  files_written: counted,
  searches: counted,
  /** Of the searches, those that found more than was shown. */
  searches_cut: z.int().nonnegative(),
  commands: counted,
  commands_cut: z.int().nonnegative(),
  web_pages: counted,
  web_searches: counted,
  sub_agents: counted,
  /** In words: what one of our limits kept from the run. */
  cut_off: lines,
  skipped: lines,
});
export type Coverage = z.infer<typeof coverage>;

export const refusal = z.object({
  tool: named,
  /** The file, command or address that it was about, shortened. */
  what: named,
  count: z.int().positive(),
  by_sub_agent: z.boolean(),
  /** The same tool did its work on the same thing later. */
  made_good: z.boolean(),
});
export type Refusal = z.infer<typeof refusal>;
export const refusals = z.array(refusal).max(MOST_REFUSALS);

/** They only arrange the run's own work: without them nothing is left unread or undone. */
const ARRANGING = new Set(
  `AskUserQuestion EnterPlanMode ExitPlanMode ListAgents PushNotification ScheduleWakeup SendMessage
  StructuredOutput TaskCreate TaskGet TaskList TaskOutput TaskStop TaskUpdate TodoWrite
  ToolSearch`.split(/\s+/),
);

export const refusalsThatMatter = (refusals: readonly Refusal[] | null): Refusal[] =>
  (refusals ?? []).filter(({ tool, made_good }) => !made_good && !ARRANGING.has(tool));

export const endedWithRefusals = (
  { status, refusals }: { status: TaskStatus; refusals: readonly Refusal[] | null },
): boolean => status === "completed" && refusalsThatMatter(refusals).length > 0;

/** For the end of an answer; empty for a run that used no tool and was refused nothing. */
export function coverageText(
  coverage: Coverage | null,
  refusals: readonly Refusal[] | null,
): string {
  const refused = refusedTools(refusalsThatMatter(refusals));
  return [
    coverage && sentence("", done(coverage)),
    sentence("Cut off: ", coverage?.cut_off ?? []),
    sentence("Skipped: ", coverage?.skipped ?? []),
    sentence("Not allowed: ", refused),
  ].filter(Boolean).join(" ");
}

function done(coverage: Coverage): string[] {
  const parts = [
    amount("read", coverage.files_read, "file", partly(coverage.files_read_in_part.count)),
    amount("made", coverage.searches, "search", cut(coverage.searches_cut)),
    amount("ran", coverage.commands, "command", cut(coverage.commands_cut)),
    amount("searched the web", coverage.web_searches, "time"),
    amount("opened", coverage.web_pages, "web page"),
    amount("changed", coverage.files_written, "file"),
    amount("started", coverage.sub_agents, "sub-agent"),
  ].filter((part) => part !== null);
  return parts.map((part, at) => at === 0 ? part[0].toUpperCase() + part.slice(1) : part);
}

function amount(verb: string, { count }: Counted, noun: string, note = ""): string | null {
  if (count === 0) return null;
  const plural = noun.endsWith("ch") ? `${noun}es` : `${noun}s`;
  return `${verb} ${count} ${count === 1 ? noun : plural}${note}`;
}

const partly = (count: number): string => count > 0 ? ` (${count} of them in part)` : "";
const cut = (count: number): string => count > 0 ? ` (${count} of them cut short)` : "";

const sentence = (lead: string, parts: readonly string[]): string =>
  parts.length === 0 ? "" : `${lead}${parts.join(", ")}.`;

/** `Bash ×2`, the most refused first. */
function refusedTools(refusals: Refusal[]): string[] {
  const counts = new Map<string, number>();
  for (const { tool, count, by_sub_agent } of refusals) {
    const name = `${plainName(tool)}${by_sub_agent ? " (sub-agent)" : ""}`;
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => count === 1 ? name : `${name} ×${count}`);
}

/** The model made up the name of a tool that is not there: nothing of it is markup or a mention. */
const plainName = (tool: string): string =>
  /^[\w.:-]{1,60}$/.test(tool) ? tool : "a tool without a proper name";
