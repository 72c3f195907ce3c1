import assert from "node:assert/strict";
import { getTask } from "@/db/tasks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { type Change, commentOf } from "./samples.ts";
import { depsOf, newest, post } from "./receive_scene.ts";

Deno.test("comments on one issue share a conversation, another issue has its own", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  let comments = 0;
  const conversation = async (number: number) => {
    const payload = commentOf("@agent plan", (p) => {
      p.issue.number = number;
      p.comment.id = ++comments;
    });
    const { body } = await post(deps, payload);
    return (await getTask(t.db, body.task_ids[0]))?.conversation_id;
  };
  const [first, second, other] = [
    await conversation(1),
    await conversation(1),
    await conversation(2),
  ];
  assert.equal(first, second);
  assert.notEqual(first, other);
});

Deno.test("a comment that two hooks bring is one task; another comment is another", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const bring = (id: number, change: Change = {}) =>
    post(deps, commentOf("@agent plan", (p) => p.comment.id = id), change);
  const [repo, org] = await Promise.all([bring(7), bring(7)]);
  const outcomes = [repo, org].map(({ body }) => body.outcome).sort();
  assert.deepEqual(outcomes, ["accepted", "duplicate"]);
  assert.deepEqual(repo.body.task_ids, org.body.task_ids);
  assert.equal((await bring(8)).body.outcome, "accepted");
  const { count } = (await t.db.sql`select count(*)::int from tasks`)[0];
  assert.equal(count, 2);
  const repeated = (await newest(t.db)).find((d) => d.outcome === "duplicate");
  assert.match(repeated!.reason!, /the same came with/);
});

Deno.test("a question that waits is answered by the next words of somebody trusted", async () => {
  await using t = await testDatabase();
  const which = { name: "which", action: "ask" as const, template: "Which version?" };
  const deps = depsOf(t.db, { commands: [which] });
  let comments = 100;
  const say = (text: string, association = "OWNER") =>
    post(
      deps,
      commentOf(text, (p) => {
        p.comment.author_association = association;
        p.comment.id = ++comments;
      }),
    );
  await say("@agent which");
  const [asked] = await t.db.sql`select body from replies where kind = 'comment'`;
  assert.equal(asked.body, "Which version?");
  assert.equal((await say("It is 2, I think.", "NONE")).body.outcome, "ignored");
  const { body } = await say("It is version 3.");
  assert.equal(body.outcome, "accepted");
  const task = await getTask(t.db, body.task_ids[0]);
  assert.match(task!.input_message, /The question was:\n\nWhich version\?/);
  assert.match(task!.input_message, /It is version 3\./);
  const messages = await t.db.sql`
    select role, content from messages where conversation_id = ${task!.conversation_id}
    order by message_id`;
  assert.deepEqual(messages.map((m) => [m.role, m.content]), [
    ["assistant", "Which version?"],
    ["user", "It is version 3."],
  ]);
  assert.equal((await say("Version 4 is not meant.")).body.outcome, "ignored", "it is answered");
});
