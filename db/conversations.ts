import type { Database, Sql } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import {
  type Conversation,
  CONVERSATION_SOURCES,
  type ConversationSource,
  type Message,
} from "@/db/nouns/conversation.ts";
import { type Page, page, type PageRequest } from "@/db/page.ts";
import { storable } from "@/db/storable.ts";

export type { Conversation, Message };

const outside = (sql: Sql) => sql`holds_outside_text(conversation_id) as has_outside_text`;

const TITLE_LENGTH = 80;

/** The first line of a message, short enough for a list. */
export function titleOf(message: string): string {
  const line = message.trim().split("\n", 1)[0].trim();
  const letters = [...line];
  return letters.length > TITLE_LENGTH ? letters.slice(0, TITLE_LENGTH - 1).join("") + "…" : line;
}

/** Starts a conversation in the caller's transaction and returns its id. */
export async function startConversation(
  sql: Sql,
  start: { title: string; source: "chat" | "api"; created_by: string | null },
): Promise<string> {
  const conversation_id = newId();
  await sql`insert into conversations ${
    sql({ conversation_id, ...start, title: storable(start.title) })
  }`;
  return conversation_id;
}

/** One conversation, or null. */
export async function getConversation(
  { sql }: { sql: Sql },
  id: string,
): Promise<Conversation | null> {
  if (!isId(id)) return null;
  const [row] = await sql<Conversation[]>`
    select *, ${outside(sql)} from conversations where conversation_id = ${id}`;
  return row ?? null;
}

const CURSOR_TIME = /^(?!0000)\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/;

/** Whether it may be a cursor of `listConversations`: a time that Postgres reads, and an id. */
export function isConversationCursor(cursor: string): boolean {
  const [at, id = "", ...rest] = cursor.split("|");
  if (!isId(id) || rest.length > 0 || !CURSOR_TIME.test(at)) return false;
  const time = Date.parse(at);
  // Date.parse takes February 30 for March 1
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === at.slice(0, 19);
}

/** Newest activity first; the cursor is `updated_at|id` of the last row of the page before. */
export async function listConversations(
  { sql }: Database,
  filter: { source?: ConversationSource },
  request: PageRequest,
): Promise<Page<Conversation>> {
  if (request.cursor && !isConversationCursor(request.cursor)) {
    return { items: [], next_cursor: null };
  }
  const [at, id] = request.cursor?.split("|") ?? [];
  const most = request.limit + 1;
  // The cursor carries microseconds, which a Date would lose. The newest of each source come from
  // the index, however rare one is.
  const rows = await sql<(Conversation & { exact: string })[]>`
    select c.*, ${
    outside(sql)
  }, to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact
    from (
      select newest.* from unnest(${
    filter.source ? [filter.source] : CONVERSATION_SOURCES
  }::text[]) as s (source),
        lateral (
          select * from conversations where source = s.source
          ${id ? sql`and (updated_at, conversation_id) < (${at}::text::timestamptz, ${id})` : sql``}
          order by updated_at desc, conversation_id desc limit ${most}) newest
      order by updated_at desc, conversation_id desc limit ${most}) c
    order by updated_at desc, conversation_id desc`;
  const { items, next_cursor } = page(
    rows,
    request.limit,
    (c) => `${c.exact}|${c.conversation_id}`,
  );
  return { items: items.map(({ exact: _exact, ...conversation }) => conversation), next_cursor };
}

/** Adds a message in the caller's transaction. */
export async function addMessage(
  sql: Sql,
  message: {
    conversation_id: string;
    role: Message["role"];
    content: string;
    task_id: string | null;
  },
): Promise<void> {
  await sql`
    with added as (
      insert into messages ${
    sql({ message_id: newId(), ...message, content: storable(message.content) })
  }
    )
    update conversations set updated_at = now() where conversation_id = ${message.conversation_id}`;
}

/** Oldest first. The cursor is the last message id of the page before. */
export async function listMessages(
  { sql }: Database,
  conversation_id: string,
  request: PageRequest,
): Promise<Page<Message>> {
  if (request.cursor && !isId(request.cursor)) return { items: [], next_cursor: null };
  const rows = await sql<Message[]>`
    select * from messages where conversation_id = ${conversation_id}
    ${request.cursor ? sql`and message_id > ${request.cursor}` : sql``}
    order by message_id limit ${request.limit + 1}`;
  return page(rows, request.limit, (message) => message.message_id);
}

/**
 * The newest messages in the order they were written, as a task may know them: without its own,
 * and without those of tasks that have not ended, which come after it.
 */
export async function lastMessages(
  { sql }: Database,
  conversation_id: string,
  count: number,
): Promise<(Message & { is_outside: boolean })[]> {
  // a question of ours has no task; its words may be those of a payload
  const rows = await sql<(Message & { is_outside: boolean })[]>`
    select m.*, coalesce(t.source = 'webhook', true) as is_outside
    from messages m left join tasks t using (task_id)
    where m.conversation_id = ${conversation_id}
      and (t.task_id is null or t.completed_at is not null)
    order by m.message_id desc limit ${count}`;
  return rows.reverse();
}

/** The newest messages, or those before `cursor`, in the order they were written; the cursor is the
 * first message id of the page after. */
export async function messagesBefore(
  { sql }: Database,
  conversation_id: string,
  request: PageRequest,
): Promise<Page<Message>> {
  if (request.cursor && !isId(request.cursor)) return { items: [], next_cursor: null };
  const rows = await sql<Message[]>`
    select * from messages where conversation_id = ${conversation_id}
    ${request.cursor ? sql`and message_id < ${request.cursor}` : sql``}
    order by message_id desc limit ${request.limit + 1}`;
  const { items, next_cursor } = page(rows, request.limit, (message) => message.message_id);
  return { items: items.reverse(), next_cursor };
}
