import type { Database } from "@/db/client.ts";
import { getConversation } from "@/db/conversations.ts";
import { listReplies } from "@/db/replies.ts";
import { shownReplies, shownTask } from "@/server/shown.ts";
import { outputText, outputWindow, type WindowSize } from "@/db/task_output/window.ts";
import { stepText } from "@/db/workflows/step_text.ts";
import { getTask, type Task } from "@/db/tasks.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { answerPage, answerPart } from "@/server/pages/answer.ts";
import { mayOf } from "@/server/pages/may.ts";
import { htmlFormat } from "@/server/live/formats/html.ts";
import { seqOf, streamTask } from "@/server/streams.ts";
import { RepliesOf, TaskPage } from "@/views/pages/task.tsx";

/** What one page shows of a task's output: some 600 kB of HTML at most. */
export const WINDOW: WindowSize = { rows: 400, cell: 12_000, bytes: 300_000 };

export async function taskOf(c: AppContext, db: Database): Promise<Task> {
  const task_id = c.req.param("task_id") ?? "";
  const task = await getTask(db, task_id);
  if (!task) throw unknown("task", task_id);
  return task;
}

export const showTask = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const { db } = deps;
  const task = await taskOf(c, db);
  const before = seqOf(c.req.query("before"));
  const [output, replies, conversation] = await Promise.all([
    outputWindow(db, task.task_id, before, WINDOW),
    listReplies(db, { task_id: task.task_id }),
    getConversation(db, task.conversation_id),
  ]);
  const principal = c.get("principal");
  return answerPage(
    c,
    <TaskPage
      principal={principal}
      may={mayOf(c)}
      task={shownTask(deps, task)}
      created_by={conversation?.created_by ?? null}
      has_outside_text={task.flow_id !== null || conversation?.has_outside_text === true}
      output={output}
      before={before}
      replies={shownReplies(deps, replies)}
      handed_over={handedOver(deps, task)}
    />,
  );
};

function handedOver({ redactor }: AppDeps, { step, result }: Task): string | null {
  const text = step && stepText(step, result);
  return text && redactor.redact(text);
}

/** What comes after the rows that the page has, as HTML. Goes on where a lost connection ended. */
export const liveTask = (deps: AppDeps) => {
  const format = htmlFormat(deps.db, (task) => shownTask(deps, task));
  return async (c: AppContext): Promise<Response> => {
    const task = await taskOf(c, deps.db);
    const after = seqOf(c.req.header("last-event-id")) ?? seqOf(c.req.query("after"));
    return streamTask(c, deps.live, task, after, format);
  };
};

export const showTaskReplies = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const task = await taskOf(c, deps.db);
  const replies = shownReplies(deps, await listReplies(deps.db, { task_id: task.task_id }));
  return answerPart(c, <RepliesOf task={task} replies={replies} />);
};

/** One row's whole text, as it came: the page shows only its beginning. */
export const showOutput = ({ db }: AppDeps) => async (c: AppContext): Promise<Response> => {
  const task = await taskOf(c, db);
  const seq = seqOf(c.req.param("seq"));
  const text = seq === null ? null : await outputText(db, task.task_id, seq);
  if (text === null) throw unknown("output", c.req.param("seq") ?? "");
  return c.body(text, 200, { "content-type": "text/plain; charset=utf-8" });
};
