import { z } from "zod";
import { TASK, type Task } from "@/db/nouns/task.ts";

const stored = z.object({
  result: TASK.result.catch(null),
  coverage: TASK.coverage.catch(null),
  refusals: TASK.refusals.catch(null),
});

/** A row of a task that has ended: JSON that cannot be read counts as not there. */
export const readTask = (row: Task): Task => Object.assign(row, stored.parse(row));
