/** `fix` opens a workflow, once in a flow, and what is asked for meanwhile goes into it. */
import assert from "node:assert/strict";
import { connect, type Database } from "@/db/client.ts";
import { getDelivery } from "@/db/deliveries/list.ts";
import { workflow as noun } from "@/db/nouns/workflow.ts";
import { getTask } from "@/db/tasks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { planWaits } from "@/tests/helpers/workflows.ts";
import { depsOf, newest, post } from "./receive_scene.ts";
import { commentOf, type Payload } from "./samples.ts";

const OWNER = "21031067"; // who wrote the comment of the sample

/** Comments on the same issue, each with an id of its own. */
function scene(db: Database, webhook: Parameters<typeof depsOf>[1] = {}) {
  const deps = depsOf(db, webhook);
  let comments = 0;
  return async (text: string, change: (payload: Payload) => void = () => {}) => {
    const payload = commentOf(text, (p) => {
      p.comment.id = ++comments;
      change(p);
    });
    return (await post(deps, payload)).body;
  };
}

const said = async ({ sql }: Database) =>
  (await sql<{ body: string }[]>`
    select body from replies where kind = 'comment' order by reply_id`).map(({ body }) => body);
const workflows = async ({ sql }: Database) =>
  (await sql`select * from workflows order by workflow_id`).map((row) => noun.parse(row));
const news = async ({ sql }: Database) =>
  await sql`select kind, data, flow_id, delivery_id from flow_news order by news_id`;
const reasonOf = async (db: Database, name: string) =>
  (await newest(db))[0].commands.find((command) => command.name === name)!;

Deno.test("fix opens a workflow with what was asked, and queues its first step alone", async () => {
  await using t = await testDatabase();
  const say = scene(t.db);
  const { outcome, task_ids, delivery_id } = await say("@agent fix the typo <!-- obey -->", (p) => {
    p.issue.body = "It says recieve.";
  });
  assert.equal(outcome, "accepted");
  const [workflow, ...others] = await workflows(t.db);
  assert.equal(others.length, 0);
  const { asked, flow_id } = workflow;
  assert.deepEqual(
    workflow.steps.join(" "),
    "brain planning approval executor verifier " +
      "self-improvement",
  );
  assert.deepEqual(workflow.repository, {
    provider: "github",
    name: "Codertocat/Hello-World",
    branch: null,
  });
  assert.deepEqual([workflow.command, workflow.status, workflow.asked_by], [
    "fix",
    "running",
    `github:${OWNER}`,
  ]);
  const { approve_own, approvals_needed, public_url } = workflow.rules;
  assert.deepEqual([approve_own, approvals_needed, public_url], [true, 1, "http://127.0.0.1:8000"]);
  assert.match(asked.prompt, /^Make the change.*<outside-\w{8} what="description"/s);
  assert.doesNotMatch(asked.prompt, /obey/);
  assert.match(asked.hidden.join(), /<!-- obey -->/);
  assert.deepEqual([asked.number, asked.description], ["1", "It says recieve."]);
  assert.equal((asked.source_metadata.reply_to as { number: number }).number, 1);

  const task = await getTask(t.db, task_ids[0]);
  assert.deepEqual([task!.flow_id, task!.assigned_agent, task!.tool_profile, task!.source], [
    flow_id,
    "brain",
    "read",
    "webhook",
  ]);
  assert.equal(task!.conversation_id, workflow.conversation_id);
  const [step] = await t.db.sql`select workflow_id, step, round from tasks`;
  assert.deepEqual({ ...step }, { workflow_id: workflow.workflow_id, step: "brain", round: 1 });
  const [{ jobs }] = await t.db.sql`
    select count(*)::int as jobs from pgboss.job where name = 'run_task'`;
  assert.equal(jobs, 1);
  const { notes } = (await getDelivery(t.db, delivery_id))!;
  assert.match(notes.join("\n"), /fix: a workflow in github:Codertocat\/Hello-World: brain → /);
});

Deno.test("while work is going on, fix is answered in words and starts nothing", async () => {
  await using t = await testDatabase();
  const say = scene(t.db);
  await say("@agent fix it");
  const { outcome, task_ids } = await say("@agent implement it, too");
  assert.deepEqual([outcome, task_ids], ["ignored", []]);
  assert.deepEqual(await reasonOf(t.db, "fix"), {
    name: "fix",
    matched: false,
    reason: "work on this is going on already",
  });
  const [words] = await said(t.db);
  assert.match(words, /going on already \(http:\/\/127.0.0.1:8000\/flows\/\w{32}\)/);
  assert.equal((await workflows(t.db)).length, 1);
});

Deno.test("of two that ask at once one opens a workflow; the other is told, and refused", async () => {
  await using t = await testDatabase();
  const say = scene(t.db);
  const both = await Promise.all([say("@agent fix it"), say("@agent fix it now")]);
  assert.deepEqual(both.map(({ outcome }) => outcome).sort(), ["accepted", "ignored"]);
  const late = both.find(({ outcome }) => outcome === "ignored")!;
  const { reason } = (await getDelivery(t.db, late.delivery_id))!;
  assert.match(reason!, /asked for meanwhile|going on already/);
  assert.deepEqual([(await workflows(t.db)).length, late.task_ids], [1, []]);
  assert.match((await said(t.db)).join(), /going on already/);
});

Deno.test("two servers that write at the same moment open one workflow as well", async () => {
  await using t = await testDatabase();
  const other = connect(t.url, { max: 4 });
  const here = scene(t.db), there = scene(other);
  const asked = Array.from(
    { length: 8 },
    (_, n) => (n % 2 ? here : there)("@agent fix it", (p) => p.comment.id = 1000 + n),
  );
  const outcomes = (await Promise.all(asked)).map(({ outcome }) => outcome);
  await other.close();
  assert.equal(outcomes.filter((outcome) => outcome === "accepted").length, 1);
  assert.equal((await workflows(t.db)).length, 1);
});

Deno.test("fix with words sends a plan back that waits; without any it says what to say", async () => {
  await using t = await testDatabase();
  const say = scene(t.db);
  await say("@agent fix it");
  const { approval_id, flow_id } = await planWaits(t.db);
  assert.equal((await say("@agent fix")).outcome, "ignored");
  assert.match((await said(t.db))[0], /say what should be different: `@agent fix …`/);
  assert.equal((await news(t.db)).length, 0);
  const { outcome, delivery_id } = await say("@agent fix it in the tests, too");
  assert.equal(outcome, "accepted");
  const [told] = await news(t.db);
  assert.deepEqual({ ...told }, {
    kind: "decision",
    flow_id,
    delivery_id,
    data: {
      decision: "sent_back",
      note: "it in the tests, too",
      via: "github comment",
      person: { key: `github:${OWNER}`, name: "Codertocat" },
      approval_id,
      plan_hash: "hash of the plan",
    },
  });
  const [{ id }] = await t.db.sql`
    select data ->> 'id' as id from pgboss.job where name = 'follow_flow'`;
  assert.ok(id, "a worker is told");
});

Deno.test("beside an open pull request it is a wish; after a failure it says where to go on", async () => {
  await using t = await testDatabase();
  const say = scene(t.db);
  await say("@agent fix it");
  await t.db.sql`update workflows set status = 'waiting', waits_for = 'pull_request'`;
  await say("@agent fix the title, too");
  const [told] = await news(t.db);
  assert.deepEqual([told.kind, told.data.note], ["asked_again", "the title, too"]);
  await t.db.sql`
    update workflows set status = 'failed', waits_for = null, failed_step = 'executor',
      error = 'The disk is full.'`;
  assert.equal((await say("@agent fix it")).outcome, "ignored");
  assert.match((await said(t.db)).at(-1)!, /stopped: The disk is full\. Somebody can try/);
  await t.db.sql`
    update workflows set status = 'stopped', failed_step = null, end_text = 'x', ended_at = now()`;
  await t.db.sql`update tasks set status = 'completed', completed_at = now()`;
  assert.equal((await say("@agent fix it again")).outcome, "accepted");
  assert.equal((await workflows(t.db)).length, 2);
});

Deno.test("two commands that start on one event open one workflow", async () => {
  await using t = await testDatabase();
  const on = { trigger: "issue_comment.created", requires_approval: true };
  const say = scene(t.db, {
    commands: [{ name: "one", ...on, priority: 1 }, { name: "two", ...on, priority: 2 }],
  });
  assert.equal((await say("hello")).outcome, "accepted");
  assert.deepEqual((await workflows(t.db)).map(({ command }) => command), ["one"]);
  assert.match((await reasonOf(t.db, "two")).reason, /another command of this delivery/);
});
