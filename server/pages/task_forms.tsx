import { sendInput as sendInputTo } from "@/db/task_inputs.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { conflict, invalid } from "@/server/errors.ts";
import { answerPart, formField } from "@/server/pages/answer.ts";
import { taskOf } from "@/server/pages/task.tsx";
import { retry as retryTask } from "@/server/verbs/tasks/retry.ts";
import { TRUST_FIELD } from "@/views/parts/outside_text.tsx";

/** Asks for a stop and goes back to the page, where the state says how far it is. */
export const stop = ({ db }: AppDeps) => async (c: AppContext): Promise<Response> => {
  const { task_id } = await taskOf(c, db);
  const actor = c.get("principal").name;
  const { outcome } = await stopTask(db, task_id, actor);
  if (outcome === "ended") throw conflict("This task has ended already.");
  return c.redirect(`/tasks/${task_id}`, 303);
};

/** The same request again; goes to the new task. */
export const retry = ({ db }: AppDeps) => async (c: AppContext): Promise<Response> => {
  const { task_id } = await taskOf(c, db);
  const trust_outside_text = await formField(c, TRUST_FIELD) !== "";
  const by = { name: c.get("principal").name, trust_outside_text };
  const task = await retryTask(db, task_id, by);
  return c.redirect(`/tasks/${task.task_id}`, 303);
};

const LONGEST = 20_000;

/** Words for the running CLI. */
export const sendInput = ({ db }: AppDeps) => async (c: AppContext): Promise<Response> => {
  const { task_id } = await taskOf(c, db);
  const message = (await formField(c, "message")).trim();
  if (!message) throw invalid("message", "say something");
  if (message.length > LONGEST) throw invalid("message", `at most ${LONGEST} characters`);
  const actor = c.get("principal").name;
  const answer = await sendInputTo(db, task_id, message, actor);
  if (answer !== "sent") throw conflict("This task is not running: nobody is listening.");
  if (!c.req.header("hx-request")) return c.redirect(`/tasks/${task_id}`, 303);
  return answerPart(c, <>Sent. The agent reads it at its next step.</>);
};
