import { z } from "@hono/zod-openapi";
import { OUTPUT } from "@/db/nouns/output.ts";
import { TASK } from "@/db/nouns/task.ts";
import type { Output as OutputRow } from "@/db/task_output.ts";
import type { Task as TaskRow } from "@/db/tasks.ts";
import { described, jsonOf } from "@/server/api/noun.ts";

export const Task = z.object(described(TASK)).openapi("Task");

export const taskJson = (task: TaskRow): z.infer<typeof Task> => jsonOf(TASK, task);

export const Output = z.object(described(OUTPUT)).openapi("Output");

export const outputJson = (row: OutputRow): z.infer<typeof Output> => jsonOf(OUTPUT, row);
