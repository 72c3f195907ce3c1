import type { Database } from "@/db/client.ts";

/** What paths and filters are filled with: things that are there, rare ones and busy ones. */
export interface Things {
  /** Ended not long ago, with output, a reply and a delivery. */
  task_id: string;
  /** With very much output. */
  wordy_task_id: string;
  delivery_id: string;
  conversation_id: string;
  /** Of the outside thing that is talked about all the time. */
  busy_conversation_id: string;
  busy_flow: string;
  /** Of the middle of the year. */
  old_flow: string;
  approval_id: string;
  old_work: string;
  approved_flow: string;
  old_approval: string;
  builtin: string;
  created: string;
  command_id: string;
  /** Ids from the middle of the year. */
  old_task: string;
  old_delivery: string;
  old_conversation: string;
}

/** Looks them up in a database that was seeded. */
export async function thingsOf({ sql }: Database): Promise<Things> {
  const [row] = await sql<Things[]>`
    with newest as (
      select task_id, conversation_id from tasks
      where status = 'completed' and source = 'webhook' order by task_id desc limit 1
    )
    select newest.*,
      (select task_id from tasks order by task_id limit 1) as wordy_task_id,
      (select delivery_id from deliveries where task_ids @> array[newest.task_id]
        order by delivery_id desc limit 1) as delivery_id,
      (select conversation_id from flows where flow_id = md5('flow 0')) as busy_conversation_id,
      md5('flow 0') as busy_flow,
      (select (extract(epoch from created_at) * 1000000)::bigint || '-' || flow_id from flows
        where created_at > now() - interval '180 days'
        order by created_at, flow_id limit 1) as old_flow,
      (select workflow_id from workflows where created_at > now() - interval '180 days'
        order by workflow_id limit 1) as old_work,
      (select approval_id from approvals order by approval_id desc limit 1) as approval_id,
      (select flow_id from approvals order by approval_id desc limit 1) as approved_flow,
      (select approval_id from approvals where requested_at > now() - interval '180 days'
        order by approval_id limit 1) as old_approval,
      (select webhook_id from webhooks where is_builtin and provider = 'github') as builtin,
      (select min(webhook_id::text) from webhooks where not is_builtin) as created,
      (select command_id from webhook_commands
        order by webhook_id, command_id limit 1) as command_id,
      (select task_id from tasks where created_at > now() - interval '180 days'
        order by task_id limit 1) as old_task,
      (select delivery_id from deliveries where received_at > now() - interval '20 days'
        order by delivery_id limit 1) as old_delivery,
      (select to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '|' ||
        conversation_id from conversations where updated_at > now() - interval '180 days'
        order by updated_at limit 1) as old_conversation
    from newest`;
  return row;
}
