import type { Database, Sql } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import { nudge } from "@/db/queue.ts";
import type { Reply } from "@/db/nouns/reply.ts";
import { storable, storableJson } from "@/db/storable.ts";
import type { Task } from "@/db/tasks.ts";
import { replyTarget } from "@/db/nouns/task.ts";

export type { Reply };

/** Says once that the work has begun; the same comment becomes the answer later. */
export async function acknowledge({ sql }: Database, task: Task, text: string): Promise<void> {
  const to = replyTarget(task);
  if (!to) return;
  const { task_id, workflow_id, claim_id } = task;
  // A workflow says it where its plan will stand; whoever reads a plan knows already.
  const owner = workflow_id === null ? { task_id } : { workflow_id, notice: "plan" };
  await sql.begin(async (tx) => {
    const added = await tx<{ reply_id: string }[]>`
      insert into replies (reply_id, task_id, workflow_id, notice, provider, kind, target, body)
      select ${newId()}, ${owner.task_id ?? null}, ${owner.workflow_id ?? null},
        ${owner.notice ?? null}, ${to.provider}, 'comment',
        ${storableJson(to.target)}::text::jsonb, ${storable(text)}
      from tasks where task_id = ${task_id} and claim_id = ${claim_id}
      on conflict do nothing returning reply_id`;
    await nudge(tx, "send_reply", added.map((row) => row.reply_id));
  });
}

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
