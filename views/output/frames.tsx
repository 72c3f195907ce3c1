import type { Task } from "@/db/tasks.ts";
import type {} from "@/views/htmx.ts";
import type { Change } from "@/views/output/changes.ts";
import { OutputBlock } from "@/views/output/output_block.tsx";
import { SaidBody } from "@/views/output/said.tsx";
import { ToolOutput, ToolState } from "@/views/output/tool.tsx";
import { TaskFacts, TaskHead } from "@/views/parts/task_parts.tsx";
import { TaskBadge } from "@/views/parts/badge.tsx";
import { plain } from "@/views/plain.ts";
import { html } from "@/views/render.ts";

/** What changed on the page of a task; `now` where its state or figures did too. */
export const liveHtml = ({ now, ...changes }: ChangesProps & { now: Task | null }): string =>
  html(
    <>
      <Changes {...changes} />
      {now && <TaskNow task={now} />}
    </>,
  );

interface ChangesProps {
  changes: Change[];
  task_id: string;
  whole: ReadonlyMap<string, string>;
}

/** Changes as pieces that htmx puts in their places; `whole` has the text of closed messages. */
function Changes({ changes, task_id, whole }: ChangesProps) {
  return (
    <>
      {changes.map((change, i) => (
        <OneChange key={i} change={change} task_id={task_id} whole={whole} />
      ))}
    </>
  );
}

function OneChange({ change, task_id, whole }: {
  change: Change;
  task_id: string;
  whole: ReadonlyMap<string, string>;
}) {
  switch (change.type) {
    case "begin":
      return (
        <hx-partial
          hx-target={change.inside === null ? "#output" : `#${change.inside}-sub`}
          hx-swap="beforeend"
        >
          <OutputBlock block={change.block} task_id={task_id} />
        </hx-partial>
      );
    case "append":
      return (
        <hx-partial hx-target={`#${change.id}-now`} hx-swap="beforeend">
          {plain(change.text)}
        </hx-partial>
      );
    case "close":
      return (
        <hx-partial hx-target={`#${change.id}`} hx-swap="innerHTML">
          <SaidBody id={change.id} text={whole.get(change.id) ?? ""} open={false} />
        </hx-partial>
      );
    case "result":
      return (
        <>
          <hx-partial hx-target={`#${change.tool_id}-result`} hx-swap="innerHTML">
            <ToolOutput result={change.result} task_id={task_id} />
          </hx-partial>
          <hx-partial hx-target={`#${change.tool_id}-state`} hx-swap="innerHTML">
            <ToolState result={change.result} />
          </hx-partial>
        </>
      );
  }
}

/** State and figures of a task, for a page that shows them; in a conversation only the state. */
function TaskNow({ task }: { task: Task }) {
  return (
    <>
      <hx-partial hx-target="#task-state" hx-swap="innerHTML">
        <TaskBadge task={task} />
      </hx-partial>
      <hx-partial hx-target="#task-head" hx-swap="outerMorph">
        <TaskHead task={task} />
      </hx-partial>
      <hx-partial hx-target="#task-facts" hx-swap="outerMorph">
        <TaskFacts task={task} />
      </hx-partial>
    </>
  );
}
