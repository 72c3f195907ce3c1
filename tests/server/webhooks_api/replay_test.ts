import assert from "node:assert/strict";
import { testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, knock, made, tokens } from "./scene.ts";
import { EVENTS, idsAt } from "./events.ts";

Deno.test("a replay runs through today's commands, as a new delivery that points to the old", async () => {
  await using s = await testServer();
  const first = await knock(s, comment("@agent deploy"));
  assert.deepEqual(first.task_ids, [], "nobody knew the word");
  await made(s, "/api/webhooks/github/commands", { name: "deploy" });
  const { status, json } = await s.call("POST", `${EVENTS}/${first.delivery_id}/replay`);
  assert.deepEqual([status, json.outcome, json.replay_of], [200, "accepted", first.delivery_id]);
  assert.notEqual(json.delivery_id, first.delivery_id);
  const task = (await s.call("GET", `/api/tasks/${json.task_ids[0]}`)).json;
  assert.deepEqual([task.status, task.source_metadata.command], ["queued", "deploy"]);
  const trace = (await s.call("GET", `${EVENTS}/${json.delivery_id}`)).json;
  assert.deepEqual([trace.replay_of, trace.outcome], [first.delivery_id, "accepted"]);

  const again = await s.call("POST", `${EVENTS}/${json.delivery_id}/replay`, {});
  assert.equal(again.json.outcome, "accepted", "a replay can be replayed");
  assert.notDeepEqual(again.json.task_ids, json.task_ids);
  const audit = await s.db.sql`select subject from audit where action = 'delivery.replay'`;
  assert.equal(audit.length, 2);
});

Deno.test("what was not kept, or came in at a webhook that is gone or off, is not replayed", async () => {
  await using s = await testServer();
  const payload = comment("@agent plan");
  const { delivery_id } = await knock(s, payload);
  await knock(s, payload);
  await knock(s, payload, { secret: "a wrong secret" });
  const others = (await idsAt(s, EVENTS)).filter((id) => id !== delivery_id);
  assert.equal(others.length, 2);
  for (const id of others) {
    for (const dry_run of [true, false]) {
      const answer = await s.call("POST", `${EVENTS}/${id}/replay`, { dry_run });
      assert.equal(answer.status, 409);
      assert.match(answer.json.detail, /not kept/);
    }
  }
  await s.call("POST", "/api/webhooks/github/disable");
  assert.equal((await s.call("POST", `${EVENTS}/${delivery_id}/replay`)).status, 409);
  const dry = await s.call("POST", `${EVENTS}/${delivery_id}/replay`, { dry_run: true });
  assert.equal(dry.status, 200);

  const { id, ...webhook } = await createdWebhook(s);
  const there = await knock(s, comment("@agent plan"), webhook);
  await s.call("DELETE", `/api/webhooks/${id}`);
  const gone = await s.call("POST", `${EVENTS}/${there.delivery_id}/replay`);
  assert.equal(gone.status, 409);
  assert.match(gone.json.detail, /gone/);
});

Deno.test("words answer a question that was open when they came, in a replay as well", async () => {
  await using s = await testServer();
  const on = (text: string) => comment(text, (p) => p.issue.number = 77);
  const early = await knock(s, on("by boat"));
  const ask = { name: "ship", action: "ask", template: "How should it go?" };
  await made(s, "/api/webhooks/github/commands", ask);
  assert.equal((await knock(s, on("@agent ship"))).outcome, "accepted");
  const replayed = await s.call("POST", `${EVENTS}/${early.delivery_id}/replay`);
  assert.equal(replayed.json.outcome, "ignored", "older than the question");
  const answer = await knock(s, on("by train"));
  assert.equal(answer.task_ids.length, 1);
});

Deno.test("who may look may not replay", async () => {
  await using s = await testServer();
  const { viewer, operator } = await tokens(s);
  const { delivery_id } = await knock(s, comment("@agent plan"));
  const path = `${EVENTS}/${delivery_id}/replay`;
  assert.equal((await s.call("POST", path, { dry_run: true }, { token: viewer })).status, 403);
  assert.equal((await s.call("POST", path, undefined, { token: operator })).status, 200);
});
