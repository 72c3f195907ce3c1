import type { Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import { count, money } from "@/views/format.ts";
import { Timeline } from "@/views/parts/timeline.tsx";
import { oneLine, plain } from "@/views/plain.ts";
import { TaskBadge } from "@/views/parts/badge.tsx";
import { Icon } from "@/views/parts/icon.tsx";
import { Seen, SeenInFull } from "@/views/parts/seen.tsx";
import { outsideLink, taskSource, taskTitle } from "@/views/parts/task_text.ts";
import { Lasting } from "@/views/parts/time.tsx";

/** State and name of a task. Replaced as a whole by the live stream. */
export function TaskHead({ task }: { task: Task }) {
  const link = outsideLink(task);
  return (
    <header class="task-head" id="task-head">
      <p class="kicker">
        <span role="status">
          <TaskBadge task={task} />
        </span>
        <span>{oneLine(task.assigned_agent, 60)}</span>
        {link
          ? (
            <a href={link} rel="nofollow noopener noreferrer">
              {taskSource(task)} <Icon name="out" />
            </a>
          )
          : <span>{taskSource(task)}</span>}
        {task.attempt > 1 && <span>attempt {task.attempt}</span>}
      </p>
      <h1 dir="auto">{taskTitle(task)}</h1>
      {task.error && (
        <div class={task.status === "failed" ? "trouble" : "note-box"}>
          <p class="pre">{plain(task.error)}</p>
        </div>
      )}
      <Seen task={task} />
      {task.status === "queued" && (
        <p class="muted">
          Waiting for a free slot, or for the task before it in the same conversation.
        </p>
      )}
    </header>
  );
}

/** What a task used so far. Replaced as a whole by the live stream. */
export function TaskFacts({ task }: { task: Task }) {
  const running = task.status === "running";
  return (
    <div id="task-facts">
      <dl class="facts">
        <Fact name="Cost">{money(task.cost_usd)}</Fact>
        <Fact name="Turns">{task.num_turns}</Fact>
        <Fact name="Took">
          <Lasting
            seconds={task.started_at ? task.duration_seconds : null}
            since={running ? task.started_at : null}
          />
        </Fact>
        <Fact name="Model">{task.model ? oneLine(task.model, 60) : "the agent's own"}</Fact>
        <Fact name="Machine">{task.machine_id ? oneLine(task.machine_id, 60) : "none yet"}</Fact>
        <Fact name="Tools">
          {task.tool_profile}
          {task.profile_raised_by && `, raised by ${oneLine(task.profile_raised_by, 40)}`}
        </Fact>
      </dl>
      <h3>Tokens</h3>
      <dl class="facts">
        <Fact name="Input">{count(task.input_tokens)}</Fact>
        <Fact name="Output">{count(task.output_tokens)}</Fact>
        <Fact name="Cache read">{count(task.cache_read_tokens)}</Fact>
        <Fact name="Cache written">{count(task.cache_creation_tokens)}</Fact>
      </dl>
      <h3>Timeline</h3>
      <Timeline
        created_at={task.created_at}
        started_at={task.started_at}
        completed_at={task.completed_at}
        status={task.status}
        ended={hasEnded(task.status)}
      />
      <SeenInFull task={task} />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
