import type { Database } from "@/db/client.ts";
import { joinedText, type Output } from "@/db/task_output.ts";
import { outputText, placesBefore } from "@/db/task_output/window.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import type { TaskBatch, TaskFormat } from "@/server/live.ts";
import { type Change, toChanges } from "@/views/output/changes.ts";
import { Changes, TaskNow } from "@/views/output/frames.tsx";
import { html } from "@/views/render.ts";

/** The live stream of a task as HTML for htmx: see views/output/frames.tsx. */
export function htmlFormat(db: Database): TaskFormat {
  return {
    name: "html",
    async frames(batch) {
      const { task, rows } = batch;
      const changes = await changesOf(db, batch);
      const whole = await wholeTexts(db, task.task_id, changes);
      const shown = html(
        <>
          <Changes changes={changes} task_id={task.task_id} whole={whole} />
          {isNews(batch) && <TaskNow task={task} />}
        </>,
      );
      return message(shown, rows.at(-1)?.seq);
    },
    end(task) {
      return message(html(<TaskNow task={task} />)) + `event: end\ndata: ${task.status}\n\n`;
    },
  };
}

const isNews = ({ task, before, metrics }: TaskBatch): boolean =>
  metrics || !before || before.status !== task.status || before.attempt !== task.attempt ||
  !before.stop_requested_at !== !task.stop_requested_at;

/** One SSE message; with `seq` a reader that comes back goes on after it. */
function message(text: string, seq?: number): string {
  const data = text.split("\n").map((line) => `data: ${line}\n`).join("");
  return `${seq === undefined ? "" : `id: ${seq}\n`}${data}\n`;
}

async function changesOf(db: Database, { task, previous, rows }: TaskBatch): Promise<Change[]> {
  const last = rows.at(-1) ?? previous;
  const ended = hasEnded(task.status) && (last?.seq ?? 0) === task.last_seq;
  const next = rows[0]?.seq ?? (last?.seq ?? 0) + 1;
  const direct = previous !== null && isPlain(previous, rows);
  const places = direct ? [previous] : await placesBefore(db, task.task_id, next, FAR_BACK);
  return toChanges(rows, places, ended);
}

/** More than one row back is of interest only where sub-agents talk in between. */
const FAR_BACK = 200;

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
