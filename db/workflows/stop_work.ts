import { notify } from "@/db/channels.ts";
import type { Sql } from "@/db/client.ts";
import { addMessage } from "@/db/conversations.ts";
import { addEvent } from "@/db/events.ts";
import { nudge } from "@/db/queue.ts";
import { storable } from "@/db/storable.ts";

/** What of a workflow has not ended. */
export interface UnderWay {
  is_busy: boolean;
  is_closing: boolean;
  is_published: boolean;
}

export async function underWay(tx: Sql, workflow_id: string): Promise<UnderWay> {
  const [row] = await tx<UnderWay[]>`
    select exists (select from tasks where workflow_id = ${workflow_id} and completed_at is null)
        or coalesce(bool_or(status = 'pending'), false) as is_busy,
      coalesce(bool_or(status = 'pending' and kind = 'close'), false) as is_closing,
      coalesce(bool_or(status = 'done' and kind = 'publish'), false) as is_published
    from changes where workflow_id = ${workflow_id}`;
  return row;
}

/** Steps are not begun any more, and those that run are told to stop. */
export async function stopSteps(
  tx: Sql,
  workflow_id: string,
  why: string,
  by: string | null = null,
): Promise<void> {
  const stopped = await tx<{ task_id: string; conversation_id: string; status: string }[]>`
    update tasks set stop_requested_at = coalesce(stop_requested_at, now()),
      stopped_by = coalesce(stopped_by, ${by && storable(by)}),
      completed_at = case when status = 'queued' then now() end,
      error = case when status = 'queued' then ${storable(why)} end,
      status = case when status = 'queued' then 'cancelled' else status end
    where workflow_id = ${workflow_id} and completed_at is null
    returning task_id, conversation_id, status`;
  for (const { task_id, conversation_id, status } of stopped) {
    if (status === "running") await notify(tx, "signal", task_id);
    else await sayCancelled(tx, { task_id, conversation_id }, why);
  }
}

/** Of a step that never began. */
async function sayCancelled(
  tx: Sql,
  { task_id, conversation_id }: { task_id: string; conversation_id: string },
  why: string,
): Promise<void> {
  const content = `Cancelled: ${why}`;
  await addMessage(tx, { conversation_id, role: "system", content, task_id });
  await addEvent(tx, "task.cancelled", task_id, { status: "cancelled", error: content });
  const next = await tx<{ task_id: string }[]>`
    select task_id from tasks where conversation_id = ${conversation_id} and status = 'queued'
    order by task_id limit 1`;
  await nudge(tx, "run_task", next.map((row) => row.task_id));
}

/** Changes that nobody sends at this moment; `all`: those as well, which then end unheard. */
export async function dropChanges(
  tx: Sql,
  workflow_id: string,
  why: string,
  { all }: { all: boolean },
): Promise<void> {
  await tx`
    update changes set status = 'failed', ended_at = now(), last_error = ${storable(why)}
    where workflow_id = ${workflow_id} and status = 'pending'
      and (${all} or kind <> 'close' and (sending_until is null or sending_until < now()
        or not exists (
          select from workers w where w.worker_id = sending_by and w.lease_until > now())))`;
}
