/** What a run handed over, saw and was refused: kept with its task, and told where nobody sees it. */
import assert from "node:assert/strict";
import { messagesBefore } from "@/db/conversations.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { listReplies } from "@/db/replies.ts";
import { getTask, listTasks } from "@/db/tasks.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { type Claim, type Ending, finishTask } from "@/db/tasks/run.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord, liveWorker, runningTask } from "@/tests/helpers/records.ts";
import { USAGE } from "@/tests/helpers/story/rows.ts";
import { REFUSED, SEEN } from "@/tests/helpers/story/seen.ts";
import { taken } from "@/tests/helpers/story/speaking.ts";
import type { Database } from "@/db/client.ts";

const SAID = { status: "completed", output: "It is fine.", error: null, usage: USAGE } as const;
const WHOLE: Ending = { ...SAID, result: { passes: true }, coverage: SEEN, refusals: REFUSED };
const LINE = "Read 62 files (1 of them in part), made 2 searches (1 of them cut short), " +
  "ran 1 command, started 1 sub-agent. Cut off: older messages of the conversation. " +
  "Not allowed: Bash ×2, WebFetch (sub-agent).";

async function lastSaid(db: Database, conversation_id: string): Promise<string> {
  const { items } = await messagesBefore(db, conversation_id, { limit: 9 });
  return items.at(-1)!.content;
}

async function finish(db: Database, claim: Claim, ending: Ending) {
  return (await finishTask(db, claim, ending))!;
}

Deno.test("a task keeps them, and each way to read it has them", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  assert.deepEqual([task.result, task.coverage, task.refusals], [null, null, null]);
  const ended = await finish(t.db, claim, WHOLE);
  const { items } = await listTasks(t.db, {}, { limit: 5 });
  const stopped = await stopTask(t.db, task.task_id, "ann") as { task: typeof task };
  for (const read of [ended, await getTask(t.db, task.task_id), items[0], stopped.task]) {
    assert.deepEqual(read?.result, { passes: true });
    assert.deepEqual([read?.coverage, read?.refusals], [SEEN, REFUSED]);
  }
});

Deno.test("an ending that tells nothing of them leaves them out", async () => {
  await using t = await testDatabase();
  const { claim } = await runningTask(t.db);
  const { result, coverage, refusals } = await finish(t.db, claim, SAID);
  assert.deepEqual([result, coverage, refusals], [null, null, null]);
});

Deno.test("whatever is not text for Postgres is stored all the same", async () => {
  await using t = await testDatabase();
  const { claim } = await runningTask(t.db);
  const result = { "a\0": "NUL \0", half: "\ud83d" };
  const ended = await finish(t.db, claim, { ...WHOLE, result });
  assert.deepEqual(ended.result, { "a\\u0000": "NUL \\u0000", half: "\\ud83d" });
});

Deno.test("what is stored and cannot be read counts as not there, each by itself", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  await finish(t.db, claim, WHOLE);
  for (const bad of ['"text"', "7", "[1]", '{"files_read": "all"}', '[{"tool": "Bash"}]']) {
    await t.db.sql`update tasks set coverage = ${bad}::text::jsonb, refusals = ${bad}::text::jsonb`;
    const read = await getTask(t.db, task.task_id);
    assert.deepEqual([read?.coverage, read?.refusals], [null, null], bad);
    assert.deepEqual(read?.result, { passes: true });
  }
  await t.db.sql`update tasks set result = '[1]'`;
  assert.equal((await getTask(t.db, task.task_id))?.result, null);
});

Deno.test("who asked from outside reads it below the answer, in the conversation as well", async () => {
  await using t = await testDatabase();
  const record = acceptRecord();
  await acceptDelivery(t.db, record);
  const { task_id } = record.tasks[0];
  const claim = await taken(t.db, task_id, await liveWorker(t.db, "m"), "m");
  const { conversation_id } = await finish(t.db, claim, WHOLE);
  const said = `It is fine.\n\n${LINE}`;
  const comment = (await listReplies(t.db, { task_id })).find(({ kind }) => kind === "comment");
  assert.equal(comment?.body, said);
  assert.equal(await lastSaid(t.db, conversation_id), said);
});

Deno.test("who sees the page has it there, and only the answer in the chat", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  await finish(t.db, claim, WHOLE);
  assert.equal(await lastSaid(t.db, task.conversation_id), "It is fine.");
});

Deno.test("whoever listens for the end hears whether something was refused", async () => {
  await using t = await testDatabase();
  const heard = async (ending: Ending) => {
    const { claim } = await runningTask(t.db);
    const { task_id } = await finish(t.db, claim, ending);
    const [event] = await t.db.sql<{ data: { with_refusals: boolean } }[]>`
      select data from events where task_id = ${task_id} and event = 'task.completed'`;
    return event.data.with_refusals;
  };
  assert.equal(await heard(WHOLE), true);
  assert.equal(await heard({ ...WHOLE, refusals: [] }), false);
});
