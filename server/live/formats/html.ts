import type { Database } from "@/db/client.ts";
import { joinedText, type Output } from "@/db/task_output.ts";
import { outputText, placesBefore } from "@/db/task_output/window.ts";
import type { Task } from "@/db/tasks.ts";
import type { TaskFormat, TaskNews } from "@/server/live/formats/format.ts";
import { type Change, toChanges } from "@/views/output/changes.ts";
import { liveHtml } from "@/views/output/frames.tsx";

/** Rows of sub-agents may lie between a row and the one that it goes on from. */
const FAR_BACK = 200;

/** A task's stream for htmx: see views/output/frames.tsx. `shown` takes secrets out of a task. */
export const htmlFormat = (db: Database, shown: (task: Task) => Task): TaskFormat => ({
  name: "html",
  async frames(news) {
    const { state, told, rows, last } = news;
    const { task } = state;
    const changes = await changesOf(db, news);
    const whole = await wholeTexts(db, task.task_id, changes);
    const now = last || told?.version !== state.version ? shown(task) : null;
    const html = liveHtml({ task_id: task.task_id, changes, whole, now });
    return message(html, rows.at(-1)?.seq) + (last ? `event: end\ndata: ${task.status}\n\n` : "");
  },
});

/** One SSE message; with `seq` a reader that comes back goes on after it. */
function message(text: string, seq?: number): string {
  const data = text.split("\n").map((line) => `data: ${line}\n`).join("");
  return `${seq === undefined ? "" : `id: ${seq}\n`}${data}\n`;
}

async function changesOf(db: Database, news: TaskNews): Promise<Change[]> {
  const { state: { task }, after, previous, rows, last } = news;
  const next = rows[0]?.seq ?? after + 1;
  const direct = previous !== null && isPlain(previous, rows);
  const places = direct ? [previous] : await placesBefore(db, task.task_id, next, FAR_BACK);
  return toChanges(rows, places, last);
}

const isPlain = (previous: Output, rows: Output[]): boolean =>
  previous.kind !== "system" && rows.length > 0 &&
  rows.every((row) => row.parent_tool_use_id === previous.parent_tool_use_id);

async function wholeTexts(
  db: Database,
  task_id: string,
  changes: Change[],
): Promise<Map<string, string>> {
  const whole = new Map<string, string>();
  for (const change of changes) {
    if (change.type !== "close") continue;
    const text = change.message_id === null
      ? await outputText(db, task_id, change.seq)
      : await joinedText(db, task_id, change.message_id, change.kind);
    whole.set(change.id, text ?? "");
  }
  return whole;
}
