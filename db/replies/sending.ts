import type { Database, Sql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { nudge } from "@/db/queue.ts";
import type { Reply } from "@/db/replies.ts";
import { isHeld, nextTurn, type Pace } from "@/db/replies/pace.ts";
import { storable } from "@/db/storable.ts";

/** A try that shows no sign for this long is over, whatever became of its worker. */
const SENDING_SECONDS = 120;

export type Priced = { pace: Pace; cost: number };

export interface TakeOptions {
  /** Who sends: it needs a live lease, and when that is over the reply is taken back at once. */
  worker_id?: string;
  /** Of this try. Who asks again with the same gets the same reply: the answer may have been lost. */
  sending_id?: string;
  priceOf?: (reply: Reply) => Priced | null;
}

/** Null when it is sent, given up, not due, being sent, or when others at its place go first. */
export async function takeReply(
  { sql }: Database,
  reply_id: string,
  { worker_id, sending_id = newId(), priceOf = () => null }: TakeOptions = {},
): Promise<Reply | null> {
  return await sql.begin(async (tx) => {
    if (worker_id && !await isLive(tx, worker_id)) return null;
    const [taken] = await tx<Reply[]>`select * from replies where ${
      held(tx, { reply_id, sending_id })
    }`;
    if (taken) return taken;
    const [due] = await tx<Reply[]>`
      select * from replies where reply_id = ${reply_id} and status = 'pending'
        and (sending_until is null or sending_until < now())
        and (next_try_at is null or next_try_at <= now())
      for update skip locked`;
    if (!due || await mustWait(tx, due, priceOf(due))) return null;
    const [reply] = await tx<Reply[]>`
      update replies set tries = tries + 1, turn_at = null, sending_id = ${sending_id},
        sending_by = ${worker_id ?? null}, sending_until = ${soon(tx)}
      where reply_id = ${reply_id} returning *`;
    return reply;
  }) as Reply | null;
}

async function isLive(tx: Sql, worker_id: string): Promise<boolean> {
  const live = await tx`
    select from workers where worker_id = ${worker_id} and lease_until > now()`;
  return live.length > 0;
}

const soon = (sql: Sql) => sql`now() + ${SENDING_SECONDS} * interval '1 s'`;

async function mustWait(tx: Sql, reply: Reply, priced: Priced | null): Promise<boolean> {
  if (!priced || (reply.turn_at && !await isHeld(tx, priced.pace))) return false;
  const turn = await nextTurn(tx, priced.pace, priced.cost);
  if (!turn) return false;
  await tx`
    update replies set turn_at = ${turn.turn_at}, next_try_at = ${turn.turn_at}
    where reply_id = ${reply.reply_id}`;
  await nudge(tx, "send_reply", [reply.reply_id], { after_seconds: turn.wait_seconds });
  return true;
}

/** The rows that this try may still change: one, or none when somebody else sends the reply now. */
const held = (sql: Sql, { reply_id, sending_id }: Pick<Reply, "reply_id" | "sending_id">) =>
  sql`reply_id = ${reply_id} and sending_id = ${sending_id}`;

const notSending = (sql: Sql) => sql`sending_id = null, sending_by = null, sending_until = null`;

/** False when it is no longer ours or the lease is over: then nothing may be posted. */
export async function keepSending({ sql }: Database, reply: Reply): Promise<boolean> {
  const done = await sql`
    update replies r set sending_until = ${soon(sql)} where ${held(sql, reply)}
      and (sending_by is null or exists (
        select from workers w where w.worker_id = r.sending_by and w.lease_until > now()))`;
  return done.count === 1;
}

export async function partPosted(
  { sql }: Database,
  reply: Reply,
  posted: { outside_ids: string[]; outside_url: string | null },
): Promise<boolean> {
  const done = await sql`
    update replies set outside_ids = ${posted.outside_ids}, outside_id = ${posted.outside_ids[0]},
      outside_url = coalesce(outside_url, ${posted.outside_url}), sending_until = ${soon(sql)}
    where ${held(sql, reply)}`;
  return done.count === 1;
}

export async function replySent({ sql }: Database, reply: Reply): Promise<void> {
  await sql.begin(async (tx) => {
    const [row] = await tx<{ status: string }[]>`
      update replies set sent_version = ${reply.version}, sent_at = now(), ${notSending(tx)},
        last_error = null, permanent = false,
        status = case when version = ${reply.version} then 'sent' else 'pending' end
      where ${held(tx, reply)} returning status`;
    if (row?.status === "pending") await nudge(tx, "send_reply", [reply.reply_id]);
  });
}

export async function replyFailed(
  { sql }: Database,
  reply: Reply,
  failure: { error: string; retry_after_seconds: number | null },
): Promise<void> {
  const seconds = failure.retry_after_seconds;
  await sql.begin(async (tx) => {
    const [row] = await tx<{ newer: boolean }[]>`
      update replies set last_error = ${storable(failure.error)}, ${notSending(tx)},
        permanent = ${seconds === null} and version = ${reply.version},
        status = case when ${seconds === null} and version = ${reply.version} then 'failed'
          else 'pending' end,
        next_try_at = now() + ${seconds ?? 0} * interval '1 s'
      where ${held(tx, reply)} returning version > ${reply.version} as newer`;
    if (!row) return;
    if (seconds !== null || row.newer) {
      await nudge(tx, "send_reply", [reply.reply_id], { after_seconds: seconds ?? 0 });
    }
  });
}

/** The next try looks for the marker before it posts. Returns the reply ids. */
export async function reclaimReplies({ sql }: Database): Promise<string[]> {
  return await sql.begin(async (tx) => {
    const rows = await tx<{ reply_id: string }[]>`
      update replies r set ${notSending(tx)},
        last_error = 'Its worker ended while this was being sent.'
      where status = 'pending' and sending_by is not null and not exists (
        select from workers w where w.worker_id = r.sending_by and w.lease_until > now())
      returning reply_id`;
    const ids = rows.map((row) => row.reply_id);
    await nudge(tx, "send_reply", ids);
    return ids;
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
