import assert from "node:assert/strict";
import { testServer } from "@/tests/helpers/server.ts";
import { chatTask } from "@/tests/helpers/records.ts";

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
