import assert from "node:assert/strict";
import { appendOutput } from "@/db/task_output.ts";
import { finishTask } from "@/db/tasks/run.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { chatTask, NOTHING_USED, runningTask } from "@/tests/helpers/records.ts";

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
