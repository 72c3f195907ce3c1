import type { May } from "@/views/may.ts";
import type { Reply } from "@/db/replies.ts";
import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { hasEnded, replyTarget } from "@/db/nouns/task.ts";
import type { OutputWindow } from "@/db/task_output/window.ts";
import { markdown } from "@/views/markdown.ts";
import { Layout } from "@/views/layout.tsx";
import { LiveOutput } from "@/views/output/live_output.tsx";
import { TaskFacts, TaskHead } from "@/views/parts/task_parts.tsx";
import { RunReadsOutsideText } from "@/views/parts/outside_text.tsx";
import { InputForm, RetryForm, StopForm } from "@/views/parts/task_forms.tsx";
import { Replies } from "@/views/parts/replies.tsx";
import { deliveryOf, outsideAsker, taskTitle } from "@/views/parts/task_text.ts";
import { Ago } from "@/views/parts/time.tsx";
import { cut, oneLine, plain } from "@/views/plain.ts";

export interface TaskData {
  principal: Principal;
  may: May;
  task: Task;
  /** Who started the conversation at the dashboard or by a token. */
  created_by: string | null;
  has_outside_text: boolean;
  output: OutputWindow;
  /** Set when older output is shown. */
  before: number | null;
  replies: Reply[];
  /** What a step of a workflow hands over, in Markdown. */
  handed_over: string | null;
}

export function TaskPage(data: TaskData) {
  const { principal, task } = data;
  return (
    <Layout title={taskTitle(task)} principal={principal} page="task">
      <div class="task-grid">
        <div class="task-main">
          <TaskHead task={task} />
          {data.may.steer_tasks && <Actions {...data} />}
          <Asked {...data} />
          <HandedOver {...data} />
          <OutputSection {...data} />
        </div>
        <aside class="task-side" aria-label="Figures of this task">
          <details open class="fold">
            <summary>Figures</summary>
            <TaskFacts task={task} />
            <h3>Sent outside</h3>
            <RepliesOf task={task} replies={data.replies} />
          </details>
        </aside>
      </div>
    </Layout>
  );
}

function Actions({ task, has_outside_text }: TaskData) {
  return (
    <div class="actions">
      {!hasEnded(task.status) && <StopForm task_id={task.task_id} />}
      {task.step === null && (
        <RetryForm
          task_id={task.task_id}
          ended={hasEnded(task.status)}
          loses_tools={has_outside_text && task.tool_profile !== "read"}
        />
      )}
    </div>
  );
}

/** The request itself only where the title does not say it all. */
function Asked({ task, created_by, has_outside_text }: TaskData) {
  const asker = outsideAsker(task);
  const by = asker
    ? `${oneLine(asker.name, 60)}${asker.trust ? `, ${asker.trust}` : ""}`
    : created_by;
  const delivery = deliveryOf(task);
  return (
    <div class="asked-by">
      <p class="links muted">
        <span>
          Asked <Ago at={task.created_at} />
          {by && ` by ${oneLine(by, 100)}`}
        </span>
        <a href={`/chat/${task.conversation_id}`}>Conversation</a>
        {task.flow_id && <a href={`/flows/${task.flow_id}`}>Flow</a>}
        {delivery && <a href={`/deliveries/${delivery}`}>Delivery</a>}
        {task.retry_of && <a href={`/tasks/${task.retry_of}`}>First try</a>}
      </p>
      {has_outside_text && <RunReadsOutsideText task={task} />}
      <Prompt task={task} open={!delivery} />
    </div>
  );
}

function HandedOver({ handed_over }: TaskData) {
  if (handed_over === null) return null;
  return (
    <section aria-labelledby="result-title">
      <h2 id="result-title">Result</h2>
      <div class="md" dir="auto" dangerouslySetInnerHTML={{ __html: markdown(handed_over) }} />
    </section>
  );
}

function Prompt({ task, open }: { task: Task; open: boolean }) {
  const { text, left_out } = cut(plain(task.input_message), 20_000);
  if (text.trim() === taskTitle(task)) return null;
  return (
    <details class="asked fold" open={open && text.length < 600}>
      <summary>The whole prompt</summary>
      <p class="pre" dir="auto">
        {text}
        {left_out > 0 && `\n… (${left_out} more characters)`}
      </p>
    </details>
  );
}

function OutputSection({ task, output, before, may }: TaskData) {
  const live = !hasEnded(task.status) && before === null;
  const first = output.rows[0]?.seq;
  return (
    <section aria-labelledby="output-title" class="output-section">
      <h2 id="output-title">Output</h2>
      {output.more && (
        <p class="earlier">
          <a class="button" href={`/tasks/${task.task_id}?before=${first}`}>Show earlier output</a>
        </p>
      )}
      {output.rows.length === 0 && hasEnded(task.status) && <p class="muted">It said nothing.</p>}
      <LiveOutput
        task_id={task.task_id}
        rows={output.rows}
        last_seq={output.rows.at(-1)?.seq ?? task.last_seq}
        running={live}
      />
      {before !== null && (
        <p class="earlier">
          <a class="button" href={`/tasks/${task.task_id}`}>Back to the newest output</a>
        </p>
      )}
      {live && may.steer_tasks && task.step === null && <InputForm task_id={task.task_id} />}
    </section>
  );
}

/** Loaded again while the task or a reply is under way. */
export function RepliesOf({ task, replies }: { task: Task; replies: Reply[] }) {
  const expected = !hasEnded(task.status) && replyTarget(task) !== null;
  return <Replies replies={replies} path={`/tasks/${task.task_id}/replies`} expected={expected} />;
}
