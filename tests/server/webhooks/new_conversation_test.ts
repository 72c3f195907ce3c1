/** A new conversation is begun where somebody asks for it; the flow goes on. */
import assert from "node:assert/strict";
import { getTask } from "@/db/tasks.ts";
import { readFresh } from "@/server/webhooks/matching/read_fresh.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { depsOf, newest, post } from "./receive_scene.ts";
import { commentOf } from "./samples.ts";

Deno.test("the words count at both ends of what is asked, and are taken out", () => {
  for (
    const [args, rest] of [
      ["new conversation", ""],
      ["start fresh: why is it red?", "why is it red?"],
      ["New Conversation, please look", "please look"],
      ["why is it red? Start fresh.", "why is it red?"],
      ["why is it red, new conversation!", "why is it red"],
      ["start a new conversation and look", "and look"],
      ["it\n\nnew conversation", "it"],
    ]
  ) {
    assert.deepEqual(readFresh(args), { args: rest, begins_conversation: true }, args);
  }
  for (
    const args of [
      "",
      "why does a new conversation fail?",
      "the new conversations",
      "renew conversation",
      "restart fresh",
      "start fresher",
      "new conversation-id is missing",
      `${"new conversation ".repeat(600)}x`.slice(5),
    ]
  ) {
    assert.deepEqual(readFresh(args), { args, begins_conversation: false }, args.slice(0, 40));
  }
});

Deno.test("the conversation is a new one, from that commit on; the flow stays", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  let comments = 0;
  const ask = async (text: string) => {
    const { body } = await post(deps, commentOf(text, (p) => p.comment.id = ++comments));
    return (await getTask(t.db, body.task_ids[0]))!;
  };
  const first = await ask("@agent plan it, new conversation");
  const second = await ask("@agent analyze");
  assert.equal(second.conversation_id, first.conversation_id, "there was none to leave");
  const fresh = await ask("@agent plan start fresh: leave the tests");
  assert.notEqual(fresh.conversation_id, first.conversation_id);
  assert.equal(fresh.flow_id, first.flow_id);
  assert.match(fresh.input_message, /what="question"[^>]*>\nleave the tests\n/);
  const next = await ask("@agent analyze more");
  assert.equal(next.conversation_id, fresh.conversation_id, "what follows goes on there");
  const [{ flow_id, source }] = await t.db.sql`
    select flow_id, source from conversations where conversation_id = ${fresh.conversation_id}`;
  assert.deepEqual([flow_id, source], [first.flow_id, "webhook"]);
});

Deno.test("a workflow begins in the new conversation; what only answers begins none", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const say = async (id: number, text: string) =>
    (await post(deps, commentOf(text, (p) => p.comment.id = id))).body;
  await say(1, "@agent plan");
  await say(2, "@agent help new conversation");
  const conversations = async () =>
    (await t.db.sql`select count(*)::int as count from conversations`)[0].count;
  assert.equal(await conversations(), 1);
  await say(3, "@agent fix it, new conversation");
  const [row] = await t.db.sql`
    select w.conversation_id = f.conversation_id as same, t.conversation_id = w.conversation_id as own
    from workflows w join flows f using (flow_id) join tasks t using (workflow_id)`;
  assert.deepEqual([row.same, row.own, await conversations()], [true, true, 2]);
  assert.equal((await newest(t.db))[0].outcome, "accepted");
});
