import { notify } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import { storable } from "@/db/storable.ts";
import type { Task } from "@/db/tasks.ts";

export type InputAnswer = "sent" | "not_running" | "unknown";

/** Keeps a message for the running CLI and wakes its worker. */
export async function sendInput(
  db: Database,
  task_id: string,
  message: string,
  sent_by: string,
): Promise<InputAnswer> {
  if (!isId(task_id)) return "unknown";
  return await db.sql.begin(async (tx): Promise<InputAnswer> => {
    const [task] = await tx<Pick<Task, "status">[]>`
      select status from tasks where task_id = ${task_id} for share`;
    if (!task) return "unknown";
    if (task.status !== "running") return "not_running";
    await tx`insert into task_inputs ${
      tx({ input_id: newId(), task_id, message: storable(message), sent_by })
    }`;
    await notify(tx, "command", task_id);
    return "sent";
  });
}

/** Takes the waiting messages of some tasks, each exactly once, oldest first. */
export async function takeInputs(
  { sql }: Database,
  task_ids: string[],
): Promise<{ task_id: string; message: string }[]> {
  return await sql<{ task_id: string; message: string }[]>`
    with taken as (
      update task_inputs set taken_at = now()
      where task_id = any (${task_ids}::uuid[]) and taken_at is null
      returning input_id, task_id, message
    )
    select task_id, message from taken order by input_id`;
}
