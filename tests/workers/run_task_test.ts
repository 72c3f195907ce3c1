import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { addMessage, listMessages } from "@/db/conversations.ts";
import { readOutput } from "@/db/task_output.ts";
import { getTask } from "@/db/tasks.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { PINNED_VERSION } from "@/tests/helpers/claude.ts";
import { machine } from "@/tests/helpers/machine.ts";
import { chatTask, REPORT } from "@/tests/helpers/records.ts";
import { untilEnded, untilTask } from "@/tests/helpers/until.ts";
import { keepLease } from "@/workers/lease.ts";
import { runTask } from "@/workers/run_task.ts";

Deno.test("a chat message is answered by the real CLI, with its output in order", async () => {
  await using m = await machine();
  await using worker = await m.start();
  assert.ok(worker.ready.includes(`Claude Code ${PINNED_VERSION}, signed in`), worker.ready);
  const { task_id, conversation_id } = await chatTask(m.db, { prompt: "[[bash:echo from-bash]]" });
  const task = await untilEnded(m.db, task_id);
  assert.deepEqual([task.status, task.error], ["completed", null]);
  assert.ok(task.cost_usd > 0 && task.input_tokens > 0 && task.cache_read_tokens > 0);
  assert.equal(task.machine_id, "test-machine");
  const rows = await readOutput(m.db, task_id, 0, 1000);
  assert.deepEqual(rows.map((r) => r.seq), rows.map((_, i) => i + 1));
  assert.ok(rows.some((r) => r.kind === "tool_use" && r.data?.name === "Bash"));
  assert.ok(rows.some((r) => r.kind === "tool_result" && r.text?.includes("from-bash")));
  const { items } = await listMessages(m.db, conversation_id, { limit: 10 });
  assert.deepEqual(items.map((message) => message.role), ["user", "assistant"]);
  assert.equal(items[1].content, task.output);
});

Deno.test("a stop ends the whole tree and the task is cancelled", async () => {
  await using m = await machine();
  await using _worker = await m.start();
  const { task_id } = await chatTask(m.db, {
    prompt: "[[bash:(setsid sleep 4242 &) ; sleep 4243]]",
  });
  await untilTask(m.db, task_id, (task) => task.last_seq >= 3);
  assert.equal((await stopTask(m.db, task_id, "ann")).outcome, "stopping");
  const task = await untilEnded(m.db, task_id);
  assert.deepEqual([task.status, task.error], ["cancelled", "Stopped by ann."]);
  assert.ok(task.cost_usd > 0, "what it cost until then is counted");
  assert.deepEqual(await sleepers("424"), []);
});

Deno.test("after kill -9 of the worker the next one resumes the CLI's session", async () => {
  await using m = await machine();
  const data_dir = await Deno.makeTempDir();
  const first = await m.start({ data_dir });
  const { task_id } = await chatTask(m.db, { prompt: "[[bash:echo one; sleep 4343]]" });
  await untilTask(m.db, task_id, (task) => task.last_seq >= 3);
  await first.kill("SIGKILL");
  await using _second = await m.start({ data_dir });
  const again = await untilTask(m.db, task_id, (task) => task.attempt === 2 && task.last_seq > 4);
  assert.equal(again.status === "running" || again.status === "completed", true);
  assert.deepEqual(await sleepers("4343"), [], "what the first one left is gone");
  const rows = await readOutput(m.db, task_id, 0, 1000);
  assert.ok(rows.some((r) => /session is resumed \(attempt 2\)/.test(r.text ?? "")));
  const ended = await untilEnded(m.db, task_id);
  assert.deepEqual([ended.status, ended.attempt], ["completed", 2]);
});

Deno.test("a worker that is stopped politely gives its task back, and it goes on later", async () => {
  await using m = await machine();
  const data_dir = await Deno.makeTempDir();
  const first = await m.start({ data_dir });
  const { task_id } = await chatTask(m.db, { prompt: "[[bash:echo one; sleep 4444]]" });
  await untilTask(m.db, task_id, (task) => task.last_seq >= 3);
  assert.equal((await first.kill("SIGTERM")).code, 0);
  const waiting = await untilTask(m.db, task_id, (task) => task.status === "queued");
  assert.equal(waiting.attempt, 2, "its CLI had started");
  await using _second = await m.start({ data_dir });
  const ended = await untilEnded(m.db, task_id);
  assert.deepEqual([ended.status, ended.attempt, ended.crash_count], ["completed", 2, 0]);
});

Deno.test("the last twenty messages of the conversation are in the prompt", async () => {
  await using m = await machine();
  await using _worker = await m.start();
  const first = await chatTask(m.db, { prompt: "My word is periwinkle. [[hello]]" });
  await untilEnded(m.db, first.task_id);
  const second = await chatTask(m.db, {
    prompt: "What was my word? [[hello]]",
    conversation_id: first.conversation_id,
  });
  await untilEnded(m.db, second.task_id);
  const asked = JSON.stringify(m.model.requests.at(-1)?.body);
  assert.match(asked, /periwinkle/);
  assert.match(asked, /What was my word/);
});

Deno.test("of a long conversation the newest twenty messages are read, and no more", async () => {
  await using m = await machine();
  const worker = await m.worker();
  const first = await chatTask(m.db, { prompt: "the opening words" });
  const { conversation_id } = first;
  await stopTask(m.db, first.task_id, "ann"); // its end is the second message
  for (let n = 3; n <= 22; n++) {
    await m.db.sql.begin((tx) =>
      addMessage(tx, { conversation_id, role: "user", content: `message-${n}.`, task_id: null })
    );
  }
  const last = await chatTask(m.db, { prompt: "[[hello]]", conversation_id });
  await runTask(worker, last.task_id, 0);
  const asked = JSON.stringify(m.model.requests.at(-1)?.body);
  assert.match(asked, /message-3\./);
  assert.match(asked, /message-22\./);
  assert.doesNotMatch(asked, /the opening words|Stopped by ann/);
});

Deno.test("a worker that cannot reach Postgres ends its CLIs before another may take its tasks", async () => {
  await using m = await machine();
  const worker = await m.worker();
  const { task_id } = await chatTask(m.db, { prompt: "[[bash:sleep 4545]]" });
  const run = runTask(worker, task_id, 0);
  await untilTask(m.db, task_id, (task) => task.last_seq >= 3);
  const away = connect("postgres://nobody@127.0.0.1:1/nowhere");
  const stopping = new AbortController();
  const report = { ...REPORT, machine_id: worker.machine_id };
  const lease = keepLease({ ...worker, db: away }, report, stopping.signal, {
    heartbeat_ms: 20,
    silence_ms: 200,
  });
  await run;
  assert.deepEqual(await sleepers("4545"), []);
  const task = await getTask(m.db, task_id);
  assert.equal(task?.status, "running", "it writes nothing: the task is for whoever takes it over");
  stopping.abort();
  await lease;
  await away.close();
});

/** Processes `sleep N` whose N begins with this. */
async function sleepers(n: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const words = (await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "")).split("\0");
    if (words[0] === "sleep" && words[1]?.startsWith(n)) found.push(name);
  }
  return found;
}
