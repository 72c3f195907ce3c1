import type { Database } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";
import type { Output } from "@/db/task_output.ts";
import type { OutputKind } from "@/db/nouns/output.ts";

/** A row as a page shows it: long text and input cut. */
export interface WindowRow extends Output {
  bytes_cut: number;
}

export interface OutputWindow {
  rows: WindowRow[];
  more: boolean;
}

export interface WindowSize {
  rows: number;
  /** Characters of one row's text or input. */
  cell: number;
  /** Bytes of all rows together, each counted up to its cell. */
  bytes: number;
}

/** As many as fit, one at least. Sizes are read without the texts: 50 MB cost what is shown. */
export async function outputWindow(
  { sql }: Database,
  task_id: string,
  before_seq: number | null,
  size: WindowSize,
): Promise<OutputWindow> {
  if (!isId(task_id)) return { rows: [], more: false };
  const rows = await sql<(WindowRow & { fits: boolean })[]>`
    with newest as (
      select seq, octet_length(text) as text_bytes, pg_column_size(data) as data_bytes
      from task_output where task_id = ${task_id}
        ${before_seq === null ? sql`` : sql`and seq < ${before_seq}`}
      order by seq desc limit ${size.rows + 1}
    ), sized as (
      select seq, text_bytes, row_number() over newer as place,
        sum(least(coalesce(text_bytes, 0), ${size.cell}) +
          least(coalesce(data_bytes, 0), ${size.cell})) over newer as total
      from newest window newer as (order by seq desc)
    )
    select o.seq, o.attempt, o.kind, left(o.text, ${size.cell}) as text, ${
    cutData(sql, size.cell)
  } as data,
      o.message_id, o.parent_tool_use_id, o.at,
      coalesce(s.text_bytes - octet_length(left(o.text, ${size.cell})), 0) as bytes_cut,
      s.place = 1 or (s.total <= ${size.bytes} and s.place <= ${size.rows}) as fits
    from sized s join task_output o on o.task_id = ${task_id} and o.seq = s.seq
    where s.place = 1 or s.total <= ${size.bytes + size.cell * 2}
    order by o.seq`;
  const fitting = rows.filter((row) => row.fits).map(({ fits: _fits, ...row }) => row);
  return { rows: fitting, more: fitting.length > 0 && fitting[0].seq > 1 };
}

const cutData = (sql: Database["sql"], cell: number) =>
  sql`case when pg_column_size(o.data) <= ${cell} then o.data
    else jsonb_build_object('id', o.data->'id', 'name', o.data->'name',
      'tool_use_id', o.data->'tool_use_id', 'is_error', o.data->'is_error',
      'subtype', o.data->'subtype', 'input', jsonb_build_object('cut',
        left(coalesce(o.data->>'input', o.data::text), ${cell}))) end`;

export interface OutputPlace {
  seq: number;
  attempt: number;
  kind: OutputKind;
  message_id: string | null;
  parent_tool_use_id: string | null;
}

/** Where the last `limit` rows before `seq` belong, without what they say; oldest first. */
export async function placesBefore(
  { sql }: Database,
  task_id: string,
  seq: number,
  limit: number,
): Promise<OutputPlace[]> {
  const places = await sql<OutputPlace[]>`
    select seq, attempt, kind, message_id, parent_tool_use_id from task_output
    where task_id = ${task_id} and seq < ${seq} order by seq desc limit ${limit}`;
  return places.reverse();
}

export async function outputText(
  { sql }: Database,
  task_id: string,
  seq: number,
): Promise<string | null> {
  if (!isId(task_id)) return null;
  const [row] = await sql<{ text: string | null; data: unknown }[]>`
    select text, data->'input' as data from task_output
    where task_id = ${task_id} and seq = ${seq}`;
  if (!row) return null;
  return row.text ?? JSON.stringify(row.data ?? null, null, 2);
}
