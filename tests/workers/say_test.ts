import assert from "node:assert/strict";
import { flowIdOf } from "@/db/flows.ts";
import { createRedactor } from "@/db/process/redact.ts";
import { providers } from "@/server/providers/mod.ts";
import { ok, posted, recorder } from "@/tests/server/providers/slack_recorder.ts";
import { PLACE, sending } from "@/tests/workers/reply_rows.ts";
import { paceOf } from "@/workers/send_reply/pace.ts";
import { sendReply } from "@/workers/send_reply.ts";

const LONG = ("word ".repeat(199) + "end\n\n").repeat(150);
const broken = () => new Response("Bad Gateway", { status: 502 });

Deno.test("a long answer goes out in parts, and goes on behind what is out after a failure", async () => {
  await using m = await sending();
  const id = await m.reply({ body: "On it" });
  await m.send(id);
  await m.rewrite(id, LONG);
  m.github.failNext("POST", /comments$/, broken);
  const failed = await m.send(id);
  assert.deepEqual([failed.status, failed.outside_ids], ["pending", ["1"]]);
  const sent = await m.send(id);
  assert.deepEqual([sent.status, sent.outside_id], ["sent", "1"]);
  assert.deepEqual(sent.outside_ids, ["1", "2", "3"]);
  assert.deepEqual(m.github.comments.map(({ body }) => body.split("\n", 1)[0]), [
    `<!-- agent:${id} -->`,
    `<!-- agent:${id}.2 -->`,
    `<!-- agent:${id}.3 -->`,
  ]);
  assert.equal(m.github.comments.map(({ body }) => body).join().match(/end/g)?.length, 150);
});

Deno.test("a part that arrived although we never heard so is not posted again", async () => {
  await using m = await sending();
  const id = await m.reply({ body: "On it" });
  await m.send(id);
  await m.rewrite(id, LONG);
  m.github.failNext("POST", /comments$/, broken);
  await m.send(id);
  const body = `<!-- agent:${id}.2 -->\nx`;
  const { repository, number } = PLACE;
  m.github.comments.push({ id: 2, repository, number, body, replies_to: null, edits: 0 });
  assert.deepEqual((await m.send(id)).outside_ids, ["1", "2", "3"]);
  assert.deepEqual(m.github.comments.map(({ edits }) => edits), [2, 1, 0]);
  assert.match(m.github.comments[1].body, /word word/);
});

Deno.test("a shorter answer leaves no old parts behind", async () => {
  await using m = await sending();
  const id = await m.reply({ body: LONG });
  await m.send(id);
  await m.rewrite(id, "Done");
  await m.send(id);
  assert.deepEqual(m.github.comments.map(({ body }) => body), [
    `<!-- agent:${id} -->\nDone`,
    `<!-- agent:${id}.2 -->\n(see above)`,
    `<!-- agent:${id}.3 -->\n(see above)`,
  ]);
});

Deno.test("labels and reactions go out; what a provider cannot do is given up, with the reason", async () => {
  await using m = await sending();
  const label = await m.reply({ kind: "label", body: '["bug","agent"]' });
  const reaction = await m.reply({ kind: "reaction", body: "rocket" });
  for (const id of [label, reaction]) assert.equal((await m.send(id)).status, "sent");
  assert.deepEqual(m.github.labels[0].labels, ["bug", "agent"]);
  assert.equal(m.github.reactions[0].content, "rocket");

  const unreadable = await m.send(await m.reply({ kind: "label", body: "bug" }));
  assert.deepEqual([unreadable.status, unreadable.permanent], ["failed", true]);
  const message = await m.send(await m.reply({ kind: "message", body: "psst" }));
  assert.match(message.last_error!, /GitHub cannot tell something to one person/);
  const nobody = await m.send(await m.reply({ provider: "gitea", body: "x" }));
  assert.match(nobody.last_error!, /no provider gitea/);
});

Deno.test("who asks us to wait means all that we say there", async () => {
  await using m = await sending();
  const limit = () => new Response("slow down", { status: 429, headers: { "retry-after": "90" } });
  m.github.failNext("POST", /comments$/, limit);
  const [first, second] = [await m.reply({ body: "1" }), await m.reply({ body: "2" })];
  await m.send(first);
  const waiting = await m.send(second);
  assert.deepEqual([waiting.status, waiting.tries], ["pending", 0]);
  assert.ok(waiting.next_try_at!.getTime() > Date.now() + 80_000);
  assert.equal(m.github.calls.length, 1);
});

Deno.test("no secret and no living mention goes out, also not the prefix of the webhook", async () => {
  await using m = await sending({ redactor: createRedactor(["a-secret-of-ours"]) });
  const [webhook] = await m.db.sql`
    insert into webhooks (webhook_id, provider, name, is_builtin, command_prefix)
    values (gen_random_uuid(), 'github', 'GitHub', true, '/bot') returning webhook_id`;
  const body = "a-secret-of-ours: say /bot fix or @agent fix";
  const target = { ...PLACE, webhook_id: webhook.webhook_id };
  await m.send(await m.reply({ body, target }));
  const text = m.github.comments[0].body.split("\n")[1];
  assert.equal(text, "[redacted]: say /\u200bbot fix or @\u200bagent fix");
});

Deno.test("why a reply did not go out is kept without secrets", async () => {
  await using m = await sending({ redactor: createRedactor(["a-secret-of-ours"]) });
  m.github.failNext(
    "POST",
    /comments$/,
    () => Response.json({ message: "bad token a-secret-of-ours" }, { status: 422 }),
  );
  const failed = await m.send(await m.reply({ body: "Hello" }));
  assert.match(failed.last_error!, /bad token \[redacted\]/);
});

Deno.test("a reply that is taken twice goes out once", async () => {
  await using m = await sending();
  const id = await m.reply({ body: "Hello" });
  await Promise.all([sendReply(m.worker, id), sendReply(m.worker, id)]);
  assert.equal(m.github.comments.length, 1);
});

Deno.test("each place has a pace of its own", () => {
  const key = (...[provider, kind, target]: Parameters<typeof paceOf>) =>
    paceOf(provider, kind, target)?.key ?? null;
  assert.equal(key("github", "comment", PLACE), "github");
  assert.equal(key("github", "label", { ...PLACE, installation_id: 5 }), "github 5");
  assert.equal(key("slack", "comment", { channel: "C1" }), "slack C1");
  assert.equal(key("slack", "reaction", { channel: "C1" }), "slack reactions");
  assert.equal(key("custom", "comment", { webhook_id: "w" }), "custom w");
  assert.equal(key("jira", "forward", { url: "https://x.example/y" }), "forward x.example");
  assert.equal(key("constructor", "comment", {}), null);
  assert.equal(key("github", "comment", null), null);
  for (const provider of providers.keys()) {
    assert.ok(paceOf(provider, "comment", {})!.interval_seconds > 0);
  }
});

const SLACK_PLACE = {
  team: "T1",
  channel: "C1",
  thread_ts: null,
  message_ts: null,
  user: "U1",
  response_url: null,
};

Deno.test("each message that begins a thread in Slack is known as one, also when it was lost", async () => {
  const ids = { first: "1700000009.000100", second: "1700000009.000200" };
  await using hub = recorder(
    posted(ids.first),
    broken,
    ({ url }) => {
      assert.match(url, /conversations\.history/);
      const event_payload = { marker: `agent:${id}.2` };
      const metadata = { event_type: "agent_reply", event_payload };
      return ok({ messages: [{ ts: ids.second, user: "U9", metadata }] });
    },
    ok({ user_id: "U9", team_id: "T1" }),
    posted(ids.first),
    posted(ids.second),
  );
  const slack = { base_url: hub.base_url, token: "xoxb-t0ken" };
  await using m = await sending({ connections: { slack } });
  const body = "word ".repeat(3000);
  const id = await m.reply({ provider: "slack", target: SLACK_PLACE, body });
  assert.equal((await m.send(id)).status, "pending");
  const sent = await m.send(id);
  assert.deepEqual([sent.status, sent.last_error], ["sent", null]);
  assert.deepEqual(sent.outside_ids, [`C1:${ids.first}`, `C1:${ids.second}`]);
  const flows = await m.db.sql`select flow_id, conversation_id from flows`;
  const of = (ts: string) => flowIdOf("slack", "slack.com", "T1", `C1:${ts}`);
  const known = flows.map(({ flow_id }) => flow_id);
  assert.ok(known.includes(of(ids.first)) && known.includes(of(ids.second)));
  assert.equal(new Set(flows.map(({ conversation_id }) => conversation_id)).size, 1);
});

Deno.test("a message in a thread begins none", async () => {
  await using hub = recorder(posted());
  const slack = { base_url: hub.base_url, token: "xoxb-t0ken" };
  await using m = await sending({ connections: { slack } });
  const target = { ...SLACK_PLACE, thread_ts: "1700000000.000100" };
  await m.send(await m.reply({ provider: "slack", target, body: "Hello" }));
  assert.equal((await m.db.sql`select from flows`).length, 1);
});
