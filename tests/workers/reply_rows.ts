/** Replies as a delivery leaves them, and the worker that sends them. */
import { acceptDelivery, type ReplyRecord } from "@/db/deliveries.ts";
import { newId } from "@/db/ids.ts";
import { listReplies, type Reply } from "@/db/replies.ts";
import { machine } from "@/tests/helpers/machine.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";
import { sendReply } from "@/workers/send_reply.ts";
import type { Worker } from "@/workers/worker.ts";

export const PLACE = {
  repository: "octo/hello",
  number: 7,
  is_pull_request: false,
  on: "issue",
  comment_id: null,
  thread_comment_id: null,
};

/** A machine with a worker in this process, changed as a test needs it. */
export async function sending(changes: Partial<Worker> = {}) {
  const m = await machine();
  const worker = await m.worker(changes);
  const { db } = m;
  return {
    ...m,
    worker,
    /** Writes a reply down; returns its id. */
    async reply(said: Partial<ReplyRecord> & { provider?: string }): Promise<string> {
      const record = acceptRecord();
      const { provider = "github", ...more } = said;
      const reply_id = newId();
      const base = { reply_id, task_id: null, command: "analyze", target: PLACE, body: "" };
      const reply: ReplyRecord = { ...base, kind: "comment", ...more };
      record.delivery.provider = provider;
      await acceptDelivery(db, { ...record, tasks: [], replies: [reply] });
      return reply_id;
    },
    /** Sends it now, however long it should wait after a failure; returns what became of it. */
    async send(reply_id: string): Promise<Reply> {
      await db.sql`update replies set next_try_at = now() where reply_id = ${reply_id}`;
      await sendReply(worker, reply_id);
      return await this.row(reply_id);
    },
    async row(reply_id: string): Promise<Reply> {
      const [{ delivery_id }] = await db.sql`
        select delivery_id from replies where reply_id = ${reply_id}`;
      return (await listReplies(db, { delivery_id })).find((one) => one.reply_id === reply_id)!;
    },
    /** What finishing a task does to its comment. */
    async rewrite(reply_id: string, body: string): Promise<void> {
      await db.sql`
        update replies set body = ${body}, version = version + 1, status = 'pending', tries = 0
        where reply_id = ${reply_id}`;
    },
    [Symbol.asyncDispose]: () => m[Symbol.asyncDispose](),
  };
}
