import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import type { Webhooks } from "@/server/webhooks/webhook.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { acceptRecord, runningTask } from "@/tests/helpers/records.ts";

Deno.test("what came in is listed with what became of it", async () => {
  await using s = await testServer();
  const { delivery_id } = await acceptDelivery(s.db, acceptRecord());
  const list = await s.call("GET", "/api/webhooks/events?provider=github&outcome=accepted");
  const [delivery] = list.json.items;
  assert.equal(delivery.delivery_id, delivery_id);
  assert.equal(delivery.task_ids.length, 1);
  assert.deepEqual(delivery.commands[0].name, "analyze");
  const one = await s.call("GET", `/api/webhooks/events/${delivery_id}`);
  const { headers, body, body_note, replies, ...listed } = one.json;
  assert.deepEqual(listed, delivery);
  assert.deepEqual([headers["x-github-event"], body_note], ["issue_comment", null]);
  assert.deepEqual(JSON.parse(body), { action: "created" });
  assert.deepEqual([replies[0].kind, replies[0].tries], ["reaction", 0]);
  assert.equal((await s.call("GET", "/api/webhooks/events?outcome=refused")).json.items.length, 0);
  assert.equal((await s.call("GET", "/api/webhooks/events?outcome=eaten")).status, 422);
});

Deno.test("agents, machines and the state of it all can be asked for", async () => {
  await using s = await testServer();
  await runningTask(s.db);
  const agents = await s.call("GET", "/api/agents");
  const names = agents.json.items.map((agent: { name: string }) => agent.name);
  assert.ok(names.includes("brain") && names.includes("planning"));
  const machines = await s.call("GET", "/api/v2/machines");
  assert.deepEqual([machines.json.items[0].machine_id, machines.json.items[0].running], ["m1", 1]);
  assert.equal((await s.call("GET", "/api/v2/machines/m1")).json.alive, true);
  const status = await s.call("GET", "/api/status");
  assert.deepEqual([status.json.tasks.running, status.json.machines.alive], [1, 1]);
});

Deno.test("health needs nobody, and says no when the queue or Postgres is gone", async () => {
  await using s = await testServer();
  const health = () => s.call("GET", "/api/health", undefined, { token: null });
  const good = await health();
  assert.deepEqual([good.status, good.json.status], [200, "ok"]);
  await s.db.sql`update pgboss.queue set name = 'elsewhere' where name = 'run_task'`;
  while ((await health()).status === 200); // looked up once a second
  assert.equal((await health()).status, 503);
});

Deno.test("a lost Postgres is a 503 that says when to come back, and tells nothing", async () => {
  const db = connect("postgres://agent@127.0.0.1:1/agent"); // nobody listens there
  await using s = await testServer({ deps: { db } });
  for (const path of ["/api/health", "/api/tasks"]) {
    const answer = await s.call("GET", path);
    assert.equal(answer.status, 503, path);
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
    assert.ok(!/127|ECONN|postgres/i.test(answer.text));
  }
  await db.close();
});

Deno.test("deliveries need no sign-in and see no middleware; errors in them are problems", async () => {
  const seen: string[] = [];
  const webhooks: Webhooks = {
    all: () => [],
    reload: () => Promise.resolve(),
    created(webhook_id) {
      seen.push(webhook_id);
      return null;
    },
    builtin(provider) {
      seen.push(provider);
      if (provider === "broken") throw new Error("secret detail");
      return null;
    },
  };
  await using s = await testServer({ deps: { webhooks } });
  const deliver = (path: string) => s.call("POST", path, "{}", { token: null });
  const answer = await deliver("/webhooks/github");
  assert.deepEqual([answer.status, answer.json.title], [401, "Unauthorized"]);
  assert.equal(answer.headers.get("content-security-policy"), null);
  await deliver("/webhooks/custom/abc");
  const broken = await deliver("/webhooks/broken");
  assert.deepEqual([broken.status, broken.json.status], [500, 500]);
  assert.ok(!broken.text.includes("secret detail"));
  assert.deepEqual(seen, ["github", "abc", "broken"]);
});

Deno.test("every answer carries a strict policy; other origins only get in when they are named", async () => {
  await using s = await testServer({ env: { CORS_ORIGINS: "https://app.example.org" } });
  const { headers } = await s.call("GET", "/api/nowhere");
  assert.equal(
    headers.get("content-security-policy"),
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
      "img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; " +
      "frame-ancestors 'none'",
  );
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("referrer-policy"), "same-origin");
  assert.equal(headers.get("strict-transport-security"), null);
  const preflight = (origin: string) =>
    s.call("OPTIONS", "/api/tasks", undefined, {
      token: null,
      headers: { origin, "access-control-request-method": "POST" },
    });
  const named = await preflight("https://app.example.org");
  assert.equal(named.status, 204);
  assert.equal(named.headers.get("access-control-allow-origin"), "https://app.example.org");
  const other = await preflight("https://evil.example");
  assert.equal(other.headers.get("access-control-allow-origin"), null);
});
