import assert from "node:assert/strict";
import { getDelivery, rawDelivery } from "@/db/deliveries/list.ts";
import { flushAnswerTimes } from "@/db/deliveries/answer_times.ts";
import { listReplies } from "@/db/replies.ts";
import { getTask } from "@/db/tasks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { allExamples, bytesOf, commentOf } from "./samples.ts";
import { depsOf, post } from "./receive_scene.ts";

Deno.test("a signed comment becomes a delivery, a queued task and a reaction in the outbox", async () => {
  await using t = await testDatabase();
  const payload = commentOf("@agent analyze");
  const { status, body } = await post(depsOf(t.db), payload);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), ["delivery_id", "outcome", "task_ids"]);
  assert.equal(body.outcome, "accepted");

  const task = await getTask(t.db, body.task_ids[0]);
  assert.equal(task?.status, "queued");
  assert.equal(task?.external_id, "186853002#1");
  assert.match(task!.input_message, /@agent analyze/);
  const [reply] = await listReplies(t.db, { delivery_id: body.delivery_id });
  assert.deepEqual([reply.kind, reply.body, reply.task_id], ["reaction", "eyes", task?.task_id]);

  const kept = await getDelivery(t.db, body.delivery_id);
  assert.equal(kept?.event_type, "issue_comment.created");
  assert.equal(kept?.flow_id, task?.flow_id);
  const raw = await rawDelivery(t.db, body.delivery_id);
  assert.deepEqual(raw?.body, bytesOf(payload));
  assert.equal(raw?.headers["x-hub-signature-256"], "[redacted]");
});

Deno.test("a redelivery starts nothing and answers with the first one's ids, fifty times at once", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const same = { headers: { "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" } };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => post(deps, commentOf("@agent plan"), same)),
  );
  const outcomes = answers.map(({ body }) => body.outcome);
  assert.equal(outcomes.filter((outcome) => outcome === "accepted").length, 1);
  assert.equal(outcomes.filter((outcome) => outcome === "duplicate").length, 49);
  assert.equal(new Set(answers.map(({ body }) => body.task_ids[0])).size, 1);
});

Deno.test("how long the answer took is noted", async () => {
  await using t = await testDatabase();
  const { body } = await post(depsOf(t.db), commentOf("@agent plan"));
  await flushAnswerTimes(t.db);
  const noted = (await getDelivery(t.db, body.delivery_id))!.answered_ms;
  assert.ok(noted !== null && noted > 0 && noted < 5000, `${noted}`);
});

Deno.test("ping and events that nobody knows are 200, ignored, with the reason", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const cases: [string, RegExp][] = [["ping", /ping/], ["event_of_next_year", /creates no text/]];
  for (const [event, reason] of cases) {
    const { status, body } = await post(deps, { zen: "Keep it simple." }, { event });
    assert.deepEqual([status, body.outcome, body.task_ids], [200, "ignored", []]);
    assert.match((await getDelivery(t.db, body.delivery_id))!.reason!, reason);
  }
});

Deno.test("a stranger's command is kept and ignored, and nobody is bothered", async () => {
  await using t = await testDatabase();
  const payload = commentOf("@agent plan", (p) => p.comment.author_association = "NONE");
  const { status, body } = await post(depsOf(t.db), payload);
  assert.deepEqual([status, body.outcome], [200, "ignored"]);
  const kept = await getDelivery(t.db, body.delivery_id);
  assert.equal(kept?.actor.trust, "untrusted");
  const plan = kept?.commands.find(({ name }) => name === "plan");
  assert.deepEqual([plan?.matched, plan?.reason], [false, kept?.reason?.replace("plan: ", "")]);
  assert.equal((await listReplies(t.db, { delivery_id: body.delivery_id })).length, 0);
});

Deno.test("every real payload is answered with 200, also with characters that Postgres refuses", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db, { settings: { trusted_users: ["*"] } });
  for (const { name, payload } of allExamples) {
    const { status, body } = await post(deps, payload, { event: name });
    assert.equal(status, 200, `${name}: ${body.detail}`);
  }
  const odd = commentOf("@agent plan a\u0000b \ud800", (p) => p.issue.title = "\u0000\udfff");
  assert.equal((await post(deps, odd)).body.outcome, "accepted");
});
