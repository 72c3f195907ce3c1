import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { connect, type Database } from "@/db/client.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { readSharedFigures } from "@/db/metrics.ts";
import { replyFailed, replySent, takeReply } from "@/db/replies/sending.ts";
import { createMetrics } from "@/server/metrics.ts";
import { acceptRecord, chatTask, runningTask } from "@/tests/helpers/records.ts";
import { ANYBODY, type TestServer, testServer, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";

/** All series of a scrape: `name{labels}` → value. */
async function scrape(s: TestServer): Promise<Map<string, number>> {
  const { status, text } = await s.call("GET", "/metrics");
  assert.equal(status, 200, text);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at), Number(line.slice(at + 1))];
  }));
}

Deno.test("metrics are for those who hold a token, as Prometheus text", async () => {
  await using s = await testServer();
  const nobody = await s.call("GET", "/metrics", undefined, { token: null });
  assert.equal(nobody.status, 401);
  const made = await s.call("POST", "/api/tokens", { name: "prometheus", role: "viewer" });
  const scraped = await s.call("GET", "/metrics", undefined, { token: made.json.token });
  assert.equal(scraped.status, 200);
  assert.match(scraped.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
  assert.match(scraped.text, /^# TYPE agent_webhook_answer_seconds histogram$/m);
});

Deno.test("answers are counted by provider and outcome; made-up addresses are all one label", async () => {
  await using s = await testServer();
  const send = (path: string, body: string, signature: string) =>
    s.call("POST", path, body, {
      token: null,
      headers: {
        "content-type": "application/json",
        "x-github-event": "star",
        "x-github-delivery": crypto.randomUUID(),
        "x-hub-signature-256": `sha256=${signature}`,
      },
    });
  const body = '{"action":"created"}';
  const signature = createHmac("sha256", WEBHOOK_SECRET).update(body).digest("hex");
  assert.equal((await send("/webhooks/github", body, signature)).status, 200);
  assert.equal((await send("/webhooks/github", body, "0".repeat(64))).status, 401);
  for (const name of ["nowhere", "elsewhere", "__proto__"]) {
    assert.equal((await send(`/webhooks/${name}`, body, signature)).status, 401);
  }
  const seen = await scrape(s);
  const count = (provider: string, outcome: string) =>
    seen.get(`agent_webhook_answer_seconds_count{provider="${provider}",outcome="${outcome}"}`);
  assert.equal(count("github", "ignored"), 1);
  assert.equal(count("github", "refused"), 1);
  assert.equal(count("unknown", "refused"), 3);
  assert.equal([...seen.keys()].filter((key) => /elsewhere|proto/.test(key)).length, 0);
});

Deno.test("a provider that nobody knows is one label, whoever reports it", async () => {
  const metrics = createMetrics();
  for (let i = 0; i < 100; i++) metrics.observeDelivery(`made-up-${i}`, "refused", 1);
  const text = await metrics.registry.metrics();
  assert.deepEqual(text.match(/_count\{.*/g), [
    '_count{provider="unknown",outcome="refused"} 100',
  ]);
});

Deno.test("queues, running tasks, streams and connections are as the tables have them", async () => {
  await using s = await testServer();
  await runningTask(s.db);
  await chatTask(s.db);
  await acceptDelivery(s.db, acceptRecord());

  const stream = (await s.live.events(null, ANYBODY)).getReader();
  const seen = await scrape(s);
  assert.equal(seen.get('agent_queue_depth{queue="run_task"}'), 2);
  assert.equal(seen.get('agent_queue_depth{queue="send_reply"}'), 1);
  assert.equal(seen.get("agent_tasks_running"), 1);
  assert.equal(seen.get("agent_sse_connections"), 1);
  assert.equal(seen.get("agent_database_up"), 1);
  assert.equal(seen.get("agent_database_pool_max"), 8);
  const active = 'agent_database_connections{application="claude-code-agent",state="active"}';
  assert.ok(seen.get(active)! >= 1, "the scrape's own");
  assert.ok(seen.get("process_resident_memory_bytes")! > 1e6);
  assert.ok(Math.abs(seen.get("process_start_time_seconds")! - Date.now() / 1000) < 3600);
  for (const queue of ["run_task", "send_reply"]) {
    const age = seen.get(`agent_queue_oldest_seconds{queue="${queue}"}`)!;
    assert.ok(age > 0 && age < 60, `${queue}: ${age}`);
  }
  await stream.cancel();
});

Deno.test("tries and ends of replies are counted, and never fall", async () => {
  await using s = await testServer();
  const record = acceptRecord();
  await acceptDelivery(s.db, record);
  const [{ reply_id }] = record.replies;
  const first = (await takeReply(s.db, reply_id))!;
  await replyFailed(s.db, first, { error: "it is down", retry_after_seconds: 0 });
  const second = (await takeReply(s.db, reply_id))!;
  await replySent(s.db, second);
  const given_up = acceptRecord();
  await acceptDelivery(s.db, given_up);
  const reply = (await takeReply(s.db, given_up.replies[0].reply_id))!;
  await replyFailed(s.db, reply, { error: "forbidden", retry_after_seconds: null });
  await s.db.sql`update replies set tries = 0`;
  await s.db.sql`delete from replies`;
  const seen = await scrape(s);
  const labels = 'provider="github",kind="reaction"';
  assert.equal(seen.get(`agent_reply_tries_total{${labels}}`), 3);
  assert.equal(seen.get(`agent_replies_total{${labels},status="sent"}`), 1);
  assert.equal(seen.get(`agent_replies_total{${labels},status="failed"}`), 1);
});

Deno.test("many senders count at the same time, and none is lost", async () => {
  await using s = await testServer();
  const records = Array.from({ length: 40 }, () => acceptRecord());
  await Promise.all(records.map((record) => acceptDelivery(s.db, record)));
  await Promise.all(records.map(async ({ replies: [{ reply_id }] }) => {
    const reply = (await takeReply(s.db, reply_id))!;
    await replySent(s.db, reply);
  }));
  const seen = await scrape(s);
  const labels = 'provider="github",kind="reaction"';
  assert.equal(seen.get(`agent_reply_tries_total{${labels}}`), 40);
  assert.equal(seen.get(`agent_replies_total{${labels},status="sent"}`), 40);
});

Deno.test("a scrape finds what waits by indexes: ended rows cost nothing", async () => {
  await using s = await testServer();
  await s.db.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`; // which small tables are read by, whatever there is
    const same = Object.assign(sql, { options: s.db.sql.options }) as unknown as Database["sql"];
    await readSharedFigures({ ...s.db, sql: same });
    const [{ scans }] = await sql<{ scans: number }[]>`
      select sum(seq_scan) as scans from pg_stat_xact_user_tables
      where relname in ('tasks', 'replies', 'deliveries')`;
    assert.equal(Number(scans), 0);
  });
});

Deno.test("without Postgres the process still tells what it knows by itself", async () => {
  const db = connect("postgres://agent@127.0.0.1:1/agent"); // nobody listens there
  await using s = await testServer({ deps: { db } });
  const seen = await scrape(s);
  assert.equal(seen.get("agent_database_up"), 0);
  assert.ok(seen.has("process_resident_memory_bytes"));
  assert.ok(!seen.has("agent_tasks_running"));
  await db.close();
});
