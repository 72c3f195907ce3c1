import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { acknowledge, listReplies, replyFailed, replySent, takeReply } from "@/db/replies.ts";
import { claimTask, finishTask } from "@/db/tasks/run.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord, liveWorker, NOTHING_USED } from "@/tests/helpers/records.ts";

async function acknowledgedTask(db: Parameters<typeof acknowledge>[0]) {
  const worker_id = await liveWorker(db);
  const { task_ids: [task_id] } = await acceptDelivery(db, acceptRecord());
  const task = (await claimTask(db, { task_id, worker_id, machine_id: "m1" }))!;
  await acknowledge(db, task, "On it.");
  await acknowledge(db, task, "On it.");
  const [comment] = (await listReplies(db, { task_id })).filter((r) => r.kind === "comment");
  return { task_id, claim: { task_id, worker_id, attempt: 1 }, comment };
}
const DONE = { status: "completed", output: "42", error: null, usage: NOTHING_USED } as const;

Deno.test("the first comment becomes the answer, also when the end comes while it is being sent", async () => {
  await using t = await testDatabase();
  const { claim, comment } = await acknowledgedTask(t.db);
  const sending = (await takeReply(t.db, comment.reply_id))!;
  assert.equal(await takeReply(t.db, comment.reply_id), null, "nobody else sends it meanwhile");
  await finishTask(t.db, claim, DONE);
  await replySent(t.db, sending, { outside_id: "99", outside_url: null });
  const update = (await takeReply(t.db, comment.reply_id))!;
  assert.deepEqual([update.body, update.outside_id, update.version], ["42", "99", 2]);
  await replySent(t.db, update, { outside_id: "99", outside_url: null });
  assert.equal(await takeReply(t.db, comment.reply_id), null);
});

Deno.test("a failure is tried again when it says so, and kept when it is for good", async () => {
  await using t = await testDatabase();
  const { task_id, comment } = await acknowledgedTask(t.db);
  const first = (await takeReply(t.db, comment.reply_id))!;
  await replyFailed(t.db, first, { error: "429", retry_after_seconds: 60 });
  assert.equal(await takeReply(t.db, comment.reply_id), null, "not due yet");
  await t.db.sql`update replies set next_try_at = now()`;
  const second = (await takeReply(t.db, comment.reply_id))!;
  assert.equal(second.tries, 2);
  await replyFailed(t.db, second, { error: "403 no access", retry_after_seconds: null });
  const [kept] = (await listReplies(t.db, { task_id })).filter((r) => r.kind === "comment");
  assert.deepEqual([kept.status, kept.permanent, kept.last_error], [
    "failed",
    true,
    "403 no access",
  ]);
});
