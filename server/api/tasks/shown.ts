import type { z } from "@hono/zod-openapi";
import type { Task as TaskRow } from "@/db/tasks.ts";
import { type Task, taskJson } from "@/server/api/task_schema.ts";
import type { AppDeps } from "@/server/env.ts";
import { shownTask } from "@/server/shown.ts";

/** A task as the API shows it, without secrets. */
export const shown = (deps: AppDeps, task: TaskRow): z.infer<typeof Task> =>
  taskJson(shownTask(deps, task));
