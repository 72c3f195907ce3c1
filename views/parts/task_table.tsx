import type { Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import { money } from "@/views/format.ts";
import { oneLine } from "@/views/plain.ts";
import { TaskBadge } from "./badge.tsx";
import { taskSource, taskTitle } from "./task_text.ts";
import { Ago, Lasting } from "./time.tsx";

/** On a narrow screen a card for each. */
export function TaskTable({ tasks, now }: { tasks: Task[]; now: Date }) {
  return (
    <table class="list tasks" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Status</th>
          <th role="columnheader" scope="col">Task</th>
          <th role="columnheader" scope="col" class="number">Cost</th>
          <th role="columnheader" scope="col" class="number">Took</th>
          <th role="columnheader" scope="col" class="number">Asked</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {tasks.map((task) => <TaskRow key={task.task_id} task={task} now={now} />)}
      </tbody>
    </table>
  );
}

function TaskRow({ task, now }: { task: Task; now: Date }) {
  const running = task.status === "running";
  return (
    <tr role="row" id={`task-${task.task_id}`}>
      <td role="cell" class="c-status">
        <TaskBadge task={task} />
      </td>
      <td role="cell" class="c-main">
        <a class="title" href={`/tasks/${task.task_id}`}>{taskTitle(task)}</a>
        <span class="sub-line">
          {oneLine(task.assigned_agent, 60)} · {taskSource(task)}
          {task.attempt > 1 && ` · attempt ${task.attempt}`}
        </span>
        {task.status === "failed" && task.error && (
          <span class="sub-line why">{oneLine(task.error, 140)}</span>
        )}
      </td>
      <td role="cell" class={task.cost_usd > 0 ? "number" : "number is-none"}>
        {task.cost_usd > 0 ? money(task.cost_usd) : "–"}
      </td>
      <td role="cell" class={task.started_at ? "number" : "number is-none"}>
        <Lasting
          seconds={hasEnded(task.status) || running ? task.duration_seconds : null}
          since={running ? task.started_at : null}
        />
      </td>
      <td role="cell" class="number c-when">
        <Ago at={task.created_at} now={now} />
      </td>
    </tr>
  );
}
