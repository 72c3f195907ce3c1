import type { AppContext, AppDeps } from "@/server/env.ts";
import { answerPart, formField } from "@/server/pages/answer.ts";
import { retryTask } from "@/server/verbs/tasks/retry.ts";
import { sendInput } from "@/server/verbs/tasks/send_input.ts";
import { stopTask } from "@/server/verbs/tasks/stop.ts";
import { TRUST_FIELD } from "@/views/parts/outside_text.tsx";

const idOf = (c: AppContext): string => c.req.param("task_id") ?? "";

/** Asks for a stop and goes back to the page, where the state says how far it is. */
export const stop = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const which = { task_id: idOf(c), wait_ms: 0 };
  const { task_id } = await stopTask(deps, c.get("principal"), which);
  return c.redirect(`/tasks/${task_id}`, 303);
};

export const retry = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const trust_outside_text = await formField(c, TRUST_FIELD) !== "";
  const again = { task_id: idOf(c), trust_outside_text };
  const { task_id } = await retryTask(deps, c.get("principal"), again);
  return c.redirect(`/tasks/${task_id}`, 303);
};

export const say = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const task_id = idOf(c);
  const message = await formField(c, "message");
  await sendInput(deps, c.get("principal"), { task_id, message });
  if (!c.req.header("hx-request")) return c.redirect(`/tasks/${task_id}`, 303);
  return answerPart(c, <>Sent. The agent reads it at its next step.</>);
};
