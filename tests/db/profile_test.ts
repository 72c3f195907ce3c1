import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { continueFlow } from "@/db/flows.ts";
import { newId } from "@/db/ids.ts";
import { getTask } from "@/db/tasks.ts";
import { createTask, retryTask } from "@/db/tasks/create.ts";
import { decideProfile, readsOutsideText, settleProfile } from "@/db/tasks/profile.ts";
import { claimOf, finishTask } from "@/db/tasks/run.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import {
  acceptRecord,
  chatTask,
  liveWorker,
  NOTHING_USED,
  runningTask,
} from "@/tests/helpers/records.ts";
import { taken } from "@/tests/helpers/story/speaking.ts";

Deno.test("which profile a run gets, by what was asked for, trusted and is there", () => {
  const [own, outside] = [false, true];
  const cases = [
    // asked for, trusted, what it reads → profile, raised
    [null, false, own, "full"],
    ["read", false, own, "read"],
    ["edit", false, own, "edit"],
    ["full", false, own, "full"],
    [null, true, own, "full"],
    ["edit", true, own, "edit"],
    [null, false, outside, "read"],
    ["read", false, outside, "read"],
    ["edit", false, outside, "refused"],
    ["full", false, outside, "refused"],
    [null, true, outside, "full, raised"],
    ["read", true, outside, "read"],
    ["edit", true, outside, "edit, raised"],
    ["full", true, outside, "full, raised"],
  ] as const;
  for (const [tool_profile, trust_outside_text, reads_outside, wanted] of cases) {
    const got = decideProfile({ tool_profile, trust_outside_text }, reads_outside);
    const words = got.allowed ? `${got.tool_profile}${got.is_raised ? ", raised" : ""}` : "refused";
    assert.equal(words, wanted, `${tool_profile}, ${trust_outside_text}, ${reads_outside}`);
  }
});

/** A delivery's conversation, and its task. */
async function delivered({ db }: Awaited<ReturnType<typeof testDatabase>>) {
  const record = acceptRecord();
  const { task_ids: [task_id] } = await acceptDelivery(db, record);
  const { conversation_id, flow_id } = (await getTask(db, task_id))!;
  return { record, task_id, conversation_id, flow_id: flow_id! };
}

Deno.test("a delivery marks its conversation, and every one that its flow is joined to", async () => {
  await using t = await testDatabase();
  const { conversation_id, task_id, record } = await delivered(t);
  const reads = (conversation_id: string, parent_task_id: string | null = null) =>
    readsOutsideText(t.db.sql, { conversation_id, parent_task_id });
  assert.equal(await reads(conversation_id), true);
  const chat = await chatTask(t.db);
  assert.equal(await reads(chat.conversation_id), false);
  assert.equal(await reads(chat.conversation_id, task_id), true, "its parent reads it");

  const thread = { flow_id: `thread-${newId()}`, external_id: "C1/1.2", url: null };
  await continueFlow(t.db, record.replies[0].reply_id, thread);
  const again = acceptRecord({ flow_id: thread.flow_id });
  const { task_ids: [in_thread] } = await acceptDelivery(t.db, again);
  assert.equal((await getTask(t.db, in_thread))!.conversation_id, conversation_id);

  await t.db.sql`
    insert into flows (flow_id, provider, external_id, conversation_id)
    values ('joined', 'github', '1/2', ${chat.conversation_id})`;
  assert.equal(await reads(chat.conversation_id), true, "a chat into which a flow was joined");
});

Deno.test("a task in such a conversation may read; more is refused, or raised and noted", async () => {
  await using t = await testDatabase();
  const { conversation_id } = await delivered(t);
  const wanted = {
    prompt: "Go on",
    assigned_agent: "brain",
    model: null,
    source: "api" as const,
    conversation_id,
    created_by: "ann",
  };
  const plain = await createTask(t.db, wanted);
  assert.equal(plain.outcome === "created" && plain.task.tool_profile, "read");
  const before = await t.db.sql`select count(*)::int as n from messages`;
  assert.deepEqual(await createTask(t.db, { ...wanted, tool_profile: "full" }), {
    outcome: "outside_text",
  });
  assert.deepEqual(await t.db.sql`select count(*)::int as n from messages`, before);
  const raised = await createTask(t.db, { ...wanted, trust_outside_text: true });
  assert.ok(raised.outcome === "created");
  assert.deepEqual([raised.task.tool_profile, raised.task.profile_raised_by], ["full", "ann"]);
  assert.deepEqual(
    [
      ...await t.db.sql`select actor, action, subject, detail from audit
      where action = 'task.trust_outside_text'`,
    ],
    [{
      actor: "ann",
      action: "task.trust_outside_text",
      subject: raised.task.task_id,
      detail: { tool_profile: "full", conversation_id },
    }],
  );
});

Deno.test("a retry is decided anew: what was raised once is not raised again by itself", async () => {
  await using t = await testDatabase();
  const worker_id = await liveWorker(t.db);
  const { conversation_id, task_id: first } = await delivered(t);
  const { task_id } = await chatTask(t.db, {
    conversation_id,
    tool_profile: "edit",
    trust_outside_text: true,
  });
  for (const id of [first, task_id]) {
    const claim = await taken(t.db, id, worker_id);
    const ending = { output: null, error: "no", usage: NOTHING_USED };
    await finishTask(t.db, claim, { status: "failed", ...ending });
  }
  const plain = await retryTask(t.db, task_id, { name: "ann" });
  assert.ok(plain.outcome === "created");
  assert.deepEqual([plain.task.tool_profile, plain.task.profile_raised_by], ["read", null]);
  const raised = await retryTask(t.db, task_id, { name: "ann", trust_outside_text: true });
  assert.ok(raised.outcome === "created");
  assert.deepEqual([raised.task.tool_profile, raised.task.profile_raised_by], ["edit", "ann"]);
  const asked = await retryTask(t.db, first, { name: "ann", trust_outside_text: true });
  assert.ok(asked.outcome === "created");
  assert.equal(asked.task.tool_profile, "read", "it had no more to begin with");
});

Deno.test("a claim lowers its own run alone, and not one that was raised", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  assert.equal(await settleProfile(t.db, claim), "full", "nothing from outside is there");
  await t.db.sql`
    insert into flows (flow_id, provider, external_id, conversation_id)
    values ('joined', 'github', '1/2', ${task.conversation_id})`;
  await t.db.sql`update tasks set profile_raised_by = 'ann' where task_id = ${task.task_id}`;
  assert.equal(await settleProfile(t.db, claim), "full", "somebody raised it");
  await t.db.sql`update tasks set profile_raised_by = null where task_id = ${task.task_id}`;
  const lost = { ...claim, claim_id: crypto.randomUUID() };
  assert.equal(await settleProfile(t.db, lost), null, "this claim is lost");
  assert.equal(await settleProfile(t.db, claim), "read");
  assert.equal(await settleProfile(t.db, claim), "read", "asked again, as after a lost answer");
  assert.equal((await getTask(t.db, task.task_id))!.tool_profile, "read");
});

Deno.test("a raise covers what was said by then: a run that reads more is lowered", async () => {
  await using t = await testDatabase();
  const { sql } = t.db;
  const worker_id = await liveWorker(t.db);
  const { conversation_id, task_id: first } = await delivered(t);
  const raised = () => chatTask(t.db, { conversation_id, trust_outside_text: true });
  const end = async (id: string, output: string) => {
    const usage = NOTHING_USED;
    const claim = await taken(t.db, id, worker_id);
    await finishTask(t.db, claim, { status: "completed", output, error: null, usage });
  };
  const settled = async (id: string) => {
    const profile = await settleProfile(t.db, await taken(t.db, id, worker_id));
    const { profile_raised_by } = (await getTask(t.db, id))!;
    return [profile, profile_raised_by];
  };
  const putBack = (id: string) =>
    sql`update tasks set status = 'queued', worker_id = null, claim_id = null
      where task_id = ${id}`;

  const early = await raised();
  await end(first, "What a stranger made it say");
  assert.deepEqual(await settled(early.task_id), ["read", null], "an answer came in between");
  assert.equal(await settleProfile(t.db, claimOf((await getTask(t.db, early.task_id))!)), "read");
  const usage = NOTHING_USED;
  await finishTask(t.db, claimOf((await getTask(t.db, early.task_id))!), {
    status: "completed",
    output: "Done",
    error: null,
    usage,
  });

  const late = await raised();
  const after = await chatTask(t.db, { conversation_id, tool_profile: "read" });
  assert.deepEqual(await settled(late.task_id), ["full", "admin"], "one behind it is not read");
  await putBack(late.task_id);
  assert.deepEqual(await settled(late.task_id), ["full", "admin"], "begun anew, nothing was said");
  await putBack(late.task_id);
  // a clock that is behind: the id is older than all others
  await sql`
    insert into messages (message_id, conversation_id, role, content)
    values ('00000000-0000-7000-8000-000000000000', ${conversation_id}, 'assistant', 'Which?')`;
  assert.deepEqual(await settled(late.task_id), ["read", null], "a question was posted");
  await finishTask(t.db, claimOf((await getTask(t.db, late.task_id))!), {
    status: "failed",
    output: null,
    error: "no",
    usage,
  });

  await end(after.task_id, "More");
  const retry = await retryTask(t.db, late.task_id, { name: "ann", trust_outside_text: true });
  assert.ok(retry.outcome === "created");
  assert.deepEqual(
    await settled(retry.task.task_id),
    ["read", null],
    "it had no more to begin with",
  );
});
