import type { Database } from "@/db/client.ts";
import { CHANNELS } from "@/db/channels.ts";
import { isId } from "@/db/ids.ts";
import { storableJson } from "@/db/storable.ts";
import type { Output, OutputRow, SaidKind } from "@/db/nouns/output.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import { type Claim, held, usageColumns } from "@/db/tasks/run.ts";

export type { Output, OutputRow };

/** False when the claim is lost. May be repeated: `after_seq` tells whether the first try arrived. */
export async function appendOutput(
  { sql }: Database,
  claim: Claim,
  after_seq: number,
  rows: (OutputRow & { at?: string })[],
  usage: Usage | null,
): Promise<boolean> {
  const [done] = await sql`
    with held as (
      update tasks set last_seq = last_seq + ${rows.length}
        ${usage ? sql`, ${usageColumns(sql, usage)}` : sql``}
      where ${held(sql, claim)} and last_seq = ${after_seq}
      returning task_id
    ), added as (
      insert into task_output (task_id, seq, attempt, kind, text, data, message_id,
        parent_tool_use_id, at)
      select held.task_id, ${after_seq}::int + r.n::int, ${claim.attempt}, r.row->>'kind',
        r.row->>'text', nullif(r.row->'data', 'null'), r.row->>'message_id',
        r.row->>'parent_tool_use_id', coalesce((r.row->>'at')::timestamptz, clock_timestamp())
      from held, jsonb_array_elements(${storableJson(rows)}::text::jsonb) with ordinality r (row, n)
    )
    select pg_notify(${CHANNELS.task}, task_id::text) from held`;
  return done !== undefined || await arrived(sql, claim, after_seq + rows.length);
}

async function arrived(sql: Database["sql"], claim: Claim, last_seq: number): Promise<boolean> {
  const rows = await sql`
    select from tasks where ${held(sql, claim)} and last_seq = ${last_seq}`;
  return rows.length === 1;
}

export async function readOutput(
  { sql }: Database,
  task_id: string,
  after_seq: number,
  limit: number,
): Promise<Output[]> {
  if (!isId(task_id)) return [];
  return await sql<Output[]>`
    select seq, attempt, kind, text, data, message_id, parent_tool_use_id, at from task_output
    where task_id = ${task_id} and seq > ${after_seq} order by seq limit ${limit}`;
}

/** As many as fit into `bytes`, two at least; sizes are known without reading the texts. */
export async function readOutputPage(
  { sql }: Database,
  task_id: string,
  after_seq: number,
  most: { rows: number; bytes: number },
): Promise<Output[]> {
  return await sql<Output[]>`
    with sized as (
      select seq, row_number() over oldest as place,
        sum(coalesce(octet_length(text), 0) + coalesce(pg_column_size(data), 0)) over oldest as total
      from (
        select seq, text, data from task_output
        where task_id = ${task_id} and seq > ${after_seq} order by seq limit ${most.rows}
      ) page window oldest as (order by seq)
    )
    select o.seq, attempt, kind, text, data, message_id, parent_tool_use_id, at
    from sized s join task_output o on o.task_id = ${task_id} and o.seq = s.seq
    where s.place <= 2 or s.total <= ${most.bytes} order by o.seq`;
}

export async function joinedText(
  { sql }: Database,
  task_id: string,
  message_id: string,
  kind: SaidKind,
): Promise<string> {
  const [row] = await sql<{ text: string | null }[]>`
    select string_agg(text, '' order by seq) as text from task_output
    where task_id = ${task_id} and message_id = ${message_id} and kind = ${kind}`;
  return row?.text ?? "";
}
