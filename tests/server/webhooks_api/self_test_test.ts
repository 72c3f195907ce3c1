import assert from "node:assert/strict";
import { type Answer, testServer } from "@/tests/helpers/server.ts";
import { createdWebhook, tokens } from "./scene.ts";

const stages = ({ json }: Answer): string[] =>
  json.stages.map(({ name, ok }: { name: string; ok: boolean }) => `${name} ${ok}`);
const last = ({ json }: Answer): string => json.stages.at(-1).detail;

Deno.test("a webhook that works passes every stage of its self-test, and does nothing", async () => {
  await using s = await testServer();
  const { operator } = await tokens(s);
  const { id } = await createdWebhook(s);
  for (const at of ["github", id]) {
    const path = `/api/webhooks/${at}/self-test`;
    const answer = await s.call("POST", path, undefined, { token: operator });
    assert.equal(answer.status, 200);
    assert.deepEqual(
      stages(answer),
      ["sign", "send", "answer", "record", "verify", "read", "match"].map((name) => `${name} true`),
    );
    assert.equal(answer.json.ok, true);
    assert.ok(answer.json.answered_ms >= 0);
    const kept = await s.call("GET", `/api/webhooks/events/${answer.json.delivery_id}`);
    assert.deepEqual([kept.json.outcome, kept.json.task_ids], ["ignored", []]);
  }
});

Deno.test("a self-test names the stage that fails, and what to change", async () => {
  await using s = await testServer();
  const { id } = await createdWebhook(s);
  await s.call("POST", `/api/webhooks/${id}/disable`);
  const off = await s.call("POST", `/api/webhooks/${id}/self-test`);
  assert.deepEqual([off.json.ok, stages(off).at(-1)], [false, "answer false"]);
  assert.match(last(off), /is off: enable it/);
});

Deno.test("a self-test of a webhook without a secret stops at signing", async () => {
  await using s = await testServer({ env: { GITHUB_WEBHOOK_SECRET: "" } });
  const shut = await s.call("POST", "/api/webhooks/github/self-test");
  assert.deepEqual(stages(shut), ["sign false"]);
  assert.match(last(shut), /GITHUB_WEBHOOK_SECRET is not set/);
});

Deno.test("a self-test that nobody answers, or somebody else, points to PUBLIC_URL", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const nobody = `http://127.0.0.1:${free.addr.port}`;
  free.close();
  await using alone = await testServer({ env: { PUBLIC_URL: nobody } });
  const silent = await alone.call("POST", "/api/webhooks/github/self-test");
  assert.deepEqual(stages(silent), ["sign true", "send false"]);
  assert.match(last(silent), /PUBLIC_URL/);

  const answers = [
    () => new Response("<p>Welcome to nginx</p>"),
    () => new Response("Not found", { status: 404 }),
    () => Response.redirect("https://example.com/", 308),
  ];
  const stranger = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => answers.shift()!(),
  );
  await using s = await testServer({
    env: { PUBLIC_URL: `http://127.0.0.1:${stranger.addr.port}` },
  });
  const said = [];
  for (let n = 0; n < 3; n++) said.push(await s.call("POST", "/api/webhooks/github/self-test"));
  await stranger.shutdown();
  assert.deepEqual(said.map((answer) => stages(answer).at(-1)), [
    "record false",
    "answer false",
    "answer false",
  ]);
  for (const answer of said) assert.match(last(answer), /PUBLIC_URL/);
  assert.match(last(said[2]), /redirects are not followed/);
});

Deno.test("a self-test that is refused tells the reason of the record", async () => {
  await using s = await testServer();
  // another server with another secret answers at PUBLIC_URL, over the same database
  await using other = await testServer({
    env: { PUBLIC_URL: s.url, GITHUB_WEBHOOK_SECRET: "quite another secret" },
    deps: { db: s.db },
  });
  const refused = await other.call("POST", "/api/webhooks/github/self-test");
  assert.equal(stages(refused).at(-1), "answer false");
  assert.match(last(refused), /^401: .*signature/i);
});
