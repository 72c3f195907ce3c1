/** Who says yes or no to a plan, with which words, and who says it in vain. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { planWaits } from "@/tests/helpers/workflows.ts";
import type { WebhookChange } from "@/tests/helpers/webhooks.ts";
import { depsOf, newest, post } from "./receive_scene.ts";
import { commentOf, type Payload } from "./samples.ts";

async function waiting(db: Database, webhook: WebhookChange = {}) {
  const deps = depsOf(db, webhook);
  let comments = 0;
  const say = async (text: string, change: (payload: Payload) => void = () => {}) => {
    const payload = commentOf(text, (p) => {
      p.comment.id = ++comments;
      change(p);
    });
    return (await post(deps, payload)).body;
  };
  await say("@agent fix it");
  return { say, ...await planWaits(db) };
}

const news = async ({ sql }: Database) =>
  await sql<{ data: Payload }[]>`select data from flow_news order by news_id`;
const said = async ({ sql }: Database) =>
  (await sql<{ body: string }[]>`
    select body from replies where kind = 'comment' order by reply_id`).map(({ body }) => body);
const reason = async (db: Database) =>
  (await newest(db))[0].commands.find(({ name }) => name === "approve")!.reason;

Deno.test("a yes and a no are told to the flow, with the words beside them", async () => {
  await using t = await testDatabase();
  const { say, approval_id } = await waiting(t.db);
  for (
    const [text, decision, note] of [
      ["@agent approve", "approved", null],
      ["LGTM", "approved", null],
      ["lgtm!", "approved", null],
      ["@agent approve but leave the README", "approved", "but leave the README"],
      ["@agent reject", "rejected", null],
      ["@agent reject: it breaks the API", "rejected", "it breaks the API"],
    ] as const
  ) {
    assert.equal((await say(text)).outcome, "accepted", text);
    const { data } = (await news(t.db)).at(-1)!;
    assert.deepEqual([data.decision, data.note], [decision, note], text);
    assert.deepEqual([data.approval_id, data.plan_hash], [approval_id, "hash of the plan"]);
    assert.equal(data.via, "github comment");
    assert.deepEqual(data.person, { key: "github:21031067", name: "Codertocat" });
  }
  assert.deepEqual(await said(t.db), [], "whoever takes the decision tells of it");
  const [{ count }] = await t.db.sql`select count(*)::int from tasks`;
  assert.equal(count, 1, "nothing runs yet");
});

Deno.test("strangers, bots and the agent itself decide nothing, and the trace says why", async () => {
  await using t = await testDatabase();
  const { say } = await waiting(t.db);
  for (const text of ["@agent approve", "LGTM"]) {
    await say(text, (p) => p.comment.author_association = "NONE");
    assert.match(await reason(t.db), /is NONE here/, text);
    await say(text, (p) => p.comment.user.type = p.sender.type = "Bot");
    assert.match(await reason(t.db), /is a bot/, text);
  }
  assert.deepEqual([(await news(t.db)).length, await said(t.db)], [0, []]);
});

Deno.test("our own LGTM is no approval", async () => {
  await using t = await testDatabase();
  const { say } = await waiting(t.db, { own_name: "agent[bot]" });
  const own = (p: Payload) => {
    p.comment.user.login = p.sender.login = "agent[bot]";
    p.comment.user.type = p.sender.type = "Bot";
  };
  for (const text of ["@agent approve", "LGTM"]) {
    await say(text, own);
    assert.match((await newest(t.db))[0].reason!, /a post of our own/, text);
  }
  assert.equal((await news(t.db)).length, 0);
});

Deno.test("`*` lets everybody start work, and nobody approve it", async () => {
  await using t = await testDatabase();
  const { say } = await waiting(t.db, { settings: { trusted_users: ["*", "boss"] } });
  for (const text of ["@agent approve", "LGTM", "@agent reject"]) {
    assert.equal((await say(text)).outcome, "ignored", text);
  }
  assert.match(
    (await newest(t.db))[0].reason!,
    /trusted by the `\*` in GITHUB_TRUSTED_USERS alone, .*never approving it/,
  );
  await say("@agent fix it in another way");
  assert.match((await said(t.db)).at(-1)!, /trusted by the `\*` alone may not send it back/);
  assert.equal((await news(t.db)).length, 0);
  await say("LGTM", (p) => p.comment.user.login = p.sender.login = "boss");
  assert.equal((await news(t.db)).length, 1);
});

Deno.test("what has passed, ended or was decided waits for nothing", async () => {
  await using t = await testDatabase();
  const { say } = await waiting(t.db);
  const nothing_waits = async () => {
    assert.equal((await say("LGTM")).outcome, "ignored");
    assert.match(await reason(t.db), /no approval is waiting/);
    await say("@agent approve");
    assert.equal((await said(t.db)).at(-1), "No plan waits for a decision here.");
    assert.equal((await news(t.db)).length, 0);
  };
  await t.db.sql`update approvals set expires_at = now() - interval '1 second'`;
  await nothing_waits();
  await t.db.sql`
    update approvals set expires_at = now() + interval '1 hour', status = 'rejected',
      decided_at = now()`;
  await nothing_waits();
  await t.db.sql`update approvals set status = 'pending', decided_at = null`;
  await t.db.sql`update workflows 
      set status = 'stopped', waits_for = null, end_text = 'x', ended_at = now()`;
  await nothing_waits();
});

Deno.test("a command of a team's own with that name decides nothing, not by LGTM either", async () => {
  await using t = await testDatabase();
  const own = { name: "approve", action: "comment" as const, template: "Ask Ann." };
  const { say } = await waiting(t.db, { commands: [own] });
  await say("@agent approve");
  assert.deepEqual(await said(t.db), ["Ask Ann."]);
  assert.equal((await say("LGTM")).outcome, "ignored");
  assert.equal((await news(t.db)).length, 0);
});

Deno.test("LGTM where a question waits, and no plan, is its answer", async () => {
  await using t = await testDatabase();
  const which = { name: "which", action: "ask" as const, template: "Like this?" };
  const deps = depsOf(t.db, { commands: [which] });
  await post(deps, commentOf("@agent which", (p) => p.comment.id = 1));
  const { body } = await post(deps, commentOf("LGTM", (p) => p.comment.id = 2));
  assert.equal(body.task_ids.length, 1);
});
