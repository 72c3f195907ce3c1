import type { Database, Sql } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import { nudge } from "@/db/queue.ts";
import { isHeld, nextTurn, type Pace } from "@/db/replies/pace.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { replyTarget, type Task } from "@/db/tasks.ts";

/** Something we say to the outside. Written with what it is about, sent by a job. */
export interface Reply {
  reply_id: string;
  task_id: string | null;
  delivery_id: string | null;
  provider: string;
  kind: "comment" | "reaction" | "label" | "message" | "forward";
  target: Record<string, unknown>;
  body: string;
  /** Shown below a comment where the provider has buttons. */
  buttons: Record<string, unknown>[] | null;
  status: "pending" | "sent" | "failed";
  version: number;
  sent_version: number;
  tries: number;
  last_error: string | null;
  permanent: boolean;
  next_try_at: Date | null;
  /** When it may go out, where others go first. */
  turn_at: Date | null;
  outside_id: string | null;
  /** Of all its parts that are out, in their order; `outside_id` is the first. */
  outside_ids: string[];
  outside_url: string | null;
  created_at: Date;
  sent_at: Date | null;
}

/** Says once that the work has begun; the same comment becomes the answer later. */
export async function acknowledge({ sql }: Database, task: Task, text: string): Promise<void> {
  const to = replyTarget(task);
  if (!to) return;
  await sql.begin(async (tx) => {
    const added = await tx<{ reply_id: string }[]>`
      insert into replies (reply_id, task_id, provider, kind, target, body)
      select ${newId()}, ${task.task_id}, ${to.provider}, 'comment',
        ${storableJson(to.target)}::text::jsonb, ${storable(text)}
      from tasks where task_id = ${task.task_id} and status = 'running'
      on conflict (task_id) where kind = 'comment' do nothing returning reply_id`;
    await nudge(tx, "send_reply", added.map((row) => row.reply_id));
  });
}

/** The task's one comment becomes `body`, in the transaction that ends the task. */
export async function finishReply(tx: Sql, task: Task, body: string): Promise<void> {
  const to = replyTarget(task);
  if (!to) return;
  const [reply] = await tx<{ reply_id: string }[]>`
    insert into replies (reply_id, task_id, provider, kind, target, body)
    values (${newId()}, ${task.task_id}, ${to.provider}, 'comment',
      ${storableJson(to.target)}::text::jsonb, ${storable(body)})
    on conflict (task_id) where kind = 'comment' do update set body = excluded.body,
      version = replies.version + 1, status = 'pending', permanent = false,
      tries = case when replies.outside_id is null then replies.tries else 0 end,
      -- at once, unless it waits for its turn
      next_try_at = replies.turn_at
    returning reply_id`;
  await nudge(tx, "send_reply", [reply.reply_id]);
}

const SENDING_SECONDS = 120;

/** What a reply costs at the place where it is said. */
export type Priced = { pace: Pace; cost: number };

/**
 * Takes a reply for sending; null when it is sent, given up, not due yet, being sent, or when
 * others at its place go first: then it comes back by itself, and that is no try.
 */
export async function takeReply(
  { sql }: Database,
  reply_id: string,
  priceOf: (reply: Reply) => Priced | null = () => null,
): Promise<Reply | null> {
  return await sql.begin(async (tx) => {
    const [due] = await tx<Reply[]>`
      select * from replies where reply_id = ${reply_id} and status = 'pending'
        and (sending_until is null or sending_until < now())
        and (next_try_at is null or next_try_at <= now())
      for update skip locked`;
    if (!due || await mustWait(tx, due, priceOf(due))) return null;
    const [reply] = await tx<Reply[]>`
      update replies set tries = tries + 1, turn_at = null,
        sending_until = now() + ${SENDING_SECONDS} * interval '1 s'
      where reply_id = ${reply_id} returning *`;
    return reply;
  }) as Reply | null;
}

async function mustWait(tx: Sql, reply: Reply, priced: Priced | null): Promise<boolean> {
  if (!priced || (reply.turn_at && !await isHeld(tx, priced.pace))) return false;
  const turn = await nextTurn(tx, priced.pace, priced.cost);
  if (!turn) return false;
  await tx`
    update replies set turn_at = ${turn.turn_at}, next_try_at = ${turn.turn_at}
    where reply_id = ${reply.reply_id}`;
  await nudge(tx, "send_reply", [reply.reply_id], turn.wait_seconds);
  return true;
}

/** Notes at once that a part is out, so that a later try goes on behind it. */
export async function partPosted(
  { sql }: Database,
  reply: Reply,
  posted: { outside_ids: string[]; outside_url: string | null },
): Promise<void> {
  await sql`
    update replies set outside_ids = ${posted.outside_ids}, outside_id = ${posted.outside_ids[0]},
      outside_url = coalesce(outside_url, ${posted.outside_url}),
      sending_until = now() + ${SENDING_SECONDS} * interval '1 s'
    where reply_id = ${reply.reply_id}`;
}

/** Records that `version` is out. A newer version that arrived meanwhile is enqueued again. */
export async function replySent({ sql }: Database, reply: Reply): Promise<void> {
  await sql.begin(async (tx) => {
    const [row] = await tx<{ status: string }[]>`
      update replies set sent_version = ${reply.version}, sent_at = now(), sending_until = null,
        last_error = null,
        status = case when version = ${reply.version} then 'sent' else 'pending' end
      where reply_id = ${reply.reply_id} returning status`;
    if (row?.status === "pending") await nudge(tx, "send_reply", [reply.reply_id]);
  });
}

/** Records a failure: tried again after `retry_after_seconds`, or given up when that is null. */
export async function replyFailed(
  { sql }: Database,
  reply: Reply,
  failure: { error: string; retry_after_seconds: number | null },
): Promise<void> {
  const seconds = failure.retry_after_seconds;
  await sql.begin(async (tx) => {
    const [row] = await tx<{ newer: boolean }[]>`
      update replies set last_error = ${storable(failure.error)}, sending_until = null,
        permanent = ${seconds === null},
        status = case when ${seconds === null} and version = ${reply.version} then 'failed'
          else 'pending' end,
        next_try_at = now() + ${seconds ?? 0} * interval '1 s'
      where reply_id = ${reply.reply_id} returning version > ${reply.version} as newer`;
    if (seconds !== null || row?.newer) {
      await nudge(tx, "send_reply", [reply.reply_id], seconds ?? 0);
    }
  });
}

/** The backstop for a lost job: pending replies that are due and that nobody sends. */
export async function nudgeReplies({ sql }: Database): Promise<void> {
  const rows = await sql<{ reply_id: string }[]>`
    select reply_id from replies
    where status = 'pending' and created_at < now() - interval '10 s'
      and (sending_until is null or sending_until < now())
      and (next_try_at is null or next_try_at < now() - interval '5 s')
    order by reply_id limit 100`;
  await nudge(sql, "send_reply", rows.map((row) => row.reply_id));
}

/** What was said outside about a task or a delivery, oldest first. */
export async function listReplies(
  { sql }: Database,
  about: { task_id: string } | { delivery_id: string },
): Promise<Reply[]> {
  const id = "task_id" in about ? about.task_id : about.delivery_id;
  if (!isId(id)) return [];
  return await sql<Reply[]>`
    select * from replies
    where ${"task_id" in about ? sql`task_id = ${id}` : sql`delivery_id = ${id}`}
    order by reply_id`;
}
