import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { appendOutput } from "@/db/task_output.ts";
import { finishTask } from "@/db/tasks/run.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import type { Webhooks } from "@/server/webhooks/webhook.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { acceptRecord, chatTask, NOTHING_USED, runningTask } from "@/tests/helpers/records.ts";

const NO_ID = "not-an-id";
const UNKNOWN = "019a0000-0000-7000-8000-000000000000";

const CONTRACT_TASK =
  `task_id status assigned_agent model source source_metadata flow_id external_id
  conversation_id session_id parent_task_id machine_id input_message output error cost_usd
  input_tokens output_tokens cache_read_tokens cache_creation_tokens num_turns attempt
  cli_session_id created_at started_at completed_at duration_seconds`.split(/\s+/);

Deno.test("a prompt becomes a task that can be read back, with the contract's fields", async () => {
  await using s = await testServer();
  const made = await s.call("POST", "/api/tasks", { prompt: "  Say hello \n" });
  assert.equal(made.status, 202);
  assert.deepEqual(
    [made.json.status, made.json.source, made.json.assigned_agent, made.json.input_message],
    ["queued", "api", "brain", "Say hello"],
  );
  for (const field of CONTRACT_TASK) assert.ok(field in made.json, field);
  for (const field of ["worker_id", "last_seq", "stopped_by"]) assert.ok(!(field in made.json));
  assert.match(made.json.created_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const read = await s.call("GET", `/api/tasks/${made.json.task_id}`);
  assert.deepEqual(read.json, made.json);
});

Deno.test("tasks are listed newest first, page by page, by each filter", async () => {
  await using s = await testServer();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.unshift((await chatTask(s.db)).task_id);
  const api = await s.call("POST", "/api/tasks", { prompt: "x", agent: "planning" });
  const idsOf = async (query: string) => {
    const { json, status } = await s.call("GET", `/api/tasks?${query}`);
    assert.equal(status, 200);
    return json.items.map((task: { task_id: string }) => task.task_id);
  };
  const first = await s.call("GET", "/api/tasks?limit=2&source=chat");
  assert.deepEqual(first.json.items.map((t: { task_id: string }) => t.task_id), ids.slice(0, 2));
  const cursor = first.json.next_cursor;
  assert.deepEqual(await idsOf(`limit=3&source=chat&cursor=${cursor}`), ids.slice(2));
  assert.deepEqual(await idsOf("agent=planning"), [api.json.task_id]);
  assert.deepEqual(await idsOf("source=api&status=queued"), [api.json.task_id]);
  assert.deepEqual(await idsOf(`conversation_id=${api.json.conversation_id}`), [api.json.task_id]);
  assert.equal((await idsOf("limit=100000")).length, 6);
  const bad = await s.call("GET", "/api/tasks?cursor=zz&limit=0&status=asleep");
  assert.equal(bad.status, 422);
  const fields = bad.json.errors.map((error: { path: string }) => error.path).sort();
  assert.deepEqual(fields, ["cursor", "limit", "status"]);
});

Deno.test("an id that is unknown, or none, is 404 before anything else is wrong", async () => {
  await using s = await testServer();
  for (const id of [NO_ID, UNKNOWN, "%00", "..%2Fx"]) {
    for (
      const [method, path, body] of [
        ["GET", `/api/tasks/${id}`],
        ["GET", `/api/tasks/${id}/logs?limit=zz`],
        ["GET", `/api/tasks/${id}/stream`],
        ["POST", `/api/tasks/${id}/stop`],
        ["POST", `/api/tasks/${id}/retry`],
        ["POST", `/api/tasks/${id}/input`, { wrong: true }],
        ["POST", `/api/tasks/${id}/input`, "{not json"],
        ["GET", `/api/conversations/${id}`],
        ["GET", `/api/conversations/${id}/messages?limit=zz`],
        ["GET", `/api/webhooks/events/${id}`],
        ["GET", `/api/v2/machines/${id}`],
      ] as const
    ) {
      const answer = await s.call(method, path, body);
      assert.deepEqual([answer.status, answer.json.status], [404, 404], `${method} ${path}`);
    }
    for (const path of ["/api/tasks", "/api/chat"]) {
      const body = { prompt: "x", conversation_id: decodeURIComponent(id) };
      const chat = { message: "x", conversation_id: decodeURIComponent(id) };
      const answer = await s.call("POST", path, path === "/api/chat" ? chat : body);
      assert.equal(answer.status, 404, path);
    }
  }
});

Deno.test("what does not fit is refused with the field and what is wrong", async () => {
  await using s = await testServer();
  const refused = async (body: unknown, status = 422) => {
    const answer = await s.call("POST", "/api/tasks", body);
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    return (answer.json.errors ?? []).map((error: { path: string }) => error.path);
  };
  assert.deepEqual(await refused({}), ["prompt"]);
  assert.deepEqual(await refused({ prompt: "   " }), ["prompt"]);
  assert.deepEqual(await refused({ prompt: "x".repeat(100_001) }), ["prompt"]);
  assert.deepEqual(await refused({ prompt: 1 }), ["prompt"]);
  assert.deepEqual(await refused({ prompt: "x", agent: "../x" }), ["agent"]);
  assert.deepEqual(await refused({ prompt: "x", model: "--help" }), ["model"]);
  assert.deepEqual(await refused({ prompt: "x", tool_profile: "root" }), ["tool_profile"]);
  assert.equal((await refused({ prompt: "x", tool_profil: "read" })).length, 1);
  await refused("{not json", 400);
  await refused("[]");
  await refused(JSON.stringify({ prompt: "x".repeat(3_000_000) }), 413);
  const agent = await s.call("POST", "/api/tasks", { prompt: "x", agent: "nobody" });
  assert.equal(agent.status, 422);
  assert.match(agent.json.detail, /brain.*planning/);
  const plain = await s.call("POST", "/api/tasks", "prompt=x", {
    headers: { "content-type": "text/plain" },
  });
  assert.equal(plain.status, 415);
  assert.equal((await s.call("GET", "/api/tasks")).json.items.length, 0);
});

Deno.test("a prompt may hold anything: a slash, a path, NUL, half a surrogate, a long text", async () => {
  await using s = await testServer();
  for (const prompt of ["/etc", "@/etc/passwd", "a\0b", "a\ud83d", "é".repeat(100_000)]) {
    const { status, json } = await s.call("POST", "/api/tasks", { prompt });
    assert.equal(status, 202);
    assert.equal((await s.call("GET", `/api/tasks/${json.task_id}`)).status, 200);
  }
});

Deno.test("chat goes on in its conversation until somebody starts fresh", async () => {
  await using s = await testServer();
  const say = async (body: Record<string, unknown>) => {
    const answer = await s.call("POST", "/api/chat", body);
    assert.equal(answer.status, 202, answer.text);
    assert.deepEqual(Object.keys(answer.json).sort(), ["conversation_id", "session_id", "task_id"]);
    return answer.json;
  };
  const first = await say({ message: "Hello" });
  const { conversation_id } = first;
  const second = await say({ message: "Go on", conversation_id });
  assert.equal(second.conversation_id, conversation_id);
  const messages = await s.call("GET", `/api/conversations/${conversation_id}/messages`);
  assert.deepEqual(
    messages.json.items.map((m: { role: string; content: string }) => `${m.role}: ${m.content}`),
    ["user: Hello", "user: Go on"],
  );
  assert.deepEqual(Object.keys(messages.json.items[0]).sort(), [
    ..."content created_at message_id role task_id".split(" "),
  ]);
  const fresh = await say({ message: "Start fresh: what is this?", conversation_id });
  const flagged = await say({ message: "Hm", conversation_id, new_conversation: true });
  const named = await say({ message: "new conversation\nabout cats", conversation_id });
  const ids = [first, fresh, flagged, named].map((answer) => answer.conversation_id);
  assert.equal(new Set(ids).size, 4);
  const task = await s.call("GET", `/api/tasks/${fresh.task_id}`);
  assert.equal(task.json.input_message, "what is this?");
  assert.equal(task.json.tool_profile, "full");
  const same = await say({ message: "New conversations are odd", conversation_id });
  assert.equal(same.conversation_id, conversation_id);
  const empty = await s.call("POST", "/api/chat", { message: "new conversation." });
  assert.equal(empty.status, 422);
  const list = await s.call("GET", "/api/conversations?limit=2");
  assert.equal(list.json.items[0].conversation_id, conversation_id); // newest activity first
  const rest = await s.call(
    "GET",
    `/api/conversations?cursor=${encodeURIComponent(list.json.next_cursor)}`,
  );
  assert.equal(list.json.items.length + rest.json.items.length, 4);
  assert.equal((await s.call("GET", "/api/conversations?cursor=yesterday")).status, 422);
});

Deno.test("a person's tasks carry their session", async () => {
  await using s = await testServer();
  const cookie = await s.signIn();
  const headers = { cookie, origin: s.url };
  const sent = await s.call("POST", "/api/chat", { message: "hi" }, { token: null, headers });
  const [session] = await s.db.sql`select session_id from sessions`;
  assert.equal(sent.json.session_id, session.session_id);
});

Deno.test("output is read in order, page by page", async () => {
  await using s = await testServer();
  const { task, claim } = await runningTask(s.db);
  const rows = ["one", "two", "three"].map((text) => ({
    kind: "text" as const,
    text,
    data: null,
    message_id: "m",
    parent_tool_use_id: null,
  }));
  await appendOutput(s.db, claim, 0, rows, null);
  const first = await s.call("GET", `/api/tasks/${task.task_id}/logs?limit=2`);
  assert.deepEqual(Object.keys(first.json.items[0]).sort(), [
    ..."at data kind message_id parent_tool_use_id seq text".split(" "),
  ]);
  const cursor = first.json.next_cursor;
  const rest = await s.call("GET", `/api/tasks/${task.task_id}/logs?cursor=${cursor}`);
  const all = [...first.json.items, ...rest.json.items];
  assert.deepEqual(all.map((row) => `${row.seq} ${row.text}`), ["1 one", "2 two", "3 three"]);
  assert.equal(rest.json.next_cursor, null);
});

Deno.test("stopping: a queued task at once, a running one when it is gone, an ended one never", async () => {
  await using s = await testServer();
  const { task, claim } = await runningTask(s.db);
  const queued = await chatTask(s.db);
  const at_once = await s.call("POST", `/api/tasks/${queued.task_id}/stop`);
  assert.deepEqual([at_once.status, at_once.json.status], [200, "cancelled"]);
  const again = await s.call("POST", `/api/tasks/${queued.task_id}/stop`);
  assert.equal(again.status, 409);
  assert.match(again.json.detail, /cancelled/);

  const ending = { status: "completed" as const, output: "", error: null, usage: NOTHING_USED };
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const listening = await s.db.sql.listen("agent_signal", () => resolve());
  const stopping = s.call("POST", `/api/tasks/${task.task_id}/stop`);
  await asked;
  await finishTask(s.db, claim, ending);
  const stopped = await stopping;
  assert.deepEqual([stopped.status, stopped.json.status], [200, "cancelled"]);
  await listening.unlisten();
  const audited = await s.db.sql`select subject from audit where action = 'task.stop'`;
  assert.equal(audited.length, 2);
});

Deno.test("a word to the running CLI is kept for it, and to nobody else", async () => {
  await using s = await testServer();
  const { task } = await runningTask(s.db);
  const queued = await chatTask(s.db);
  const input = (id: string, body: unknown) => s.call("POST", `/api/tasks/${id}/input`, body);
  assert.equal((await input(task.task_id, { message: "use tabs" })).status, 202);
  assert.equal((await input(task.task_id, { message: "" })).status, 422);
  assert.equal((await input(queued.task_id, { message: "use tabs" })).status, 409);
  const kept = await s.db.sql`select message, sent_by from task_inputs`;
  assert.deepEqual([...kept], [{ message: "use tabs", sent_by: "admin" }]);
});

Deno.test("what has ended can be asked again", async () => {
  await using s = await testServer();
  const { task, claim } = await runningTask(s.db);
  const retry = () => s.call("POST", `/api/tasks/${task.task_id}/retry`);
  assert.equal((await retry()).status, 409);
  const ending = { status: "failed" as const, output: null, error: "broke", usage: NOTHING_USED };
  await finishTask(s.db, claim, ending);
  const again = await retry();
  assert.equal(again.status, 202);
  assert.deepEqual(
    [again.json.status, again.json.attempt, again.json.retry_of],
    ["queued", 1, task.task_id],
  );
});

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
