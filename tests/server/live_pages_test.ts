import assert from "node:assert/strict";
import { newestEventCursor } from "@/db/events.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import {
  ADMIN_TOKEN,
  type TestServer,
  testServer,
  WEBHOOK_SECRET,
} from "@/tests/helpers/server.ts";
import { named, readSse } from "@/tests/helpers/sse.ts";
import { testRun } from "@/tests/helpers/writer.ts";

/** Opens a stream, and reads it to a text. */
async function open(s: TestServer, path: string, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${ADMIN_TOKEN}`;
  const answer = await fetch(s.url + path, { headers: { authorization, ...headers } });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  return async (text: string): Promise<string> => {
    let said = "";
    while (!said.includes(text)) {
      const { done, value } = await reader.read();
      assert.ok(!done, `ended before "${text}": ${said}`);
      said += value;
    }
    await reader.cancel();
    return said;
  };
}

Deno.test("pages are told of events, not of the output of all tasks", async () => {
  await using s = await testServer();
  const run = await testRun(s.db);
  const after = await newestEventCursor(s.db);
  const readUntil = await open(s, "/hints", { "last-event-id": after });
  await using everything = await readSse(`${s.url}/api/events`, { token: ADMIN_TOKEN });
  await run.say("for those who watch everything");
  await everything.until((events) => events.some(({ event }) => event === "task.output"));
  await run.end();
  const said = await readUntil("event: task.completed");
  assert.ok(!said.includes("task.output"), said);
});

Deno.test("what a page is told of a task while it runs shows no secret of its request", async () => {
  await using s = await testServer();
  const task = await chatTask(s.db, { prompt: `Why is ${WEBHOOK_SECRET} refused?` });
  const readUntil = await open(s, `/tasks/${task.task_id}/live`);
  const said = await readUntil("task-facts");
  assert.match(said, /Why is \[redacted\] refused\?/);
  assert.ok(!said.includes(WEBHOOK_SECRET), said);
});

Deno.test("a stream tells of a row what its logs say", async () => {
  await using s = await testServer();
  const run = await testRun(s.db);
  const path = `/api/tasks/${run.task.task_id}`;
  await using reader = await readSse(`${s.url}${path}/stream`, { token: ADMIN_TOKEN });
  await run.say("said");
  const events = await reader.until((events) => named(events, "task.output").length === 1);
  const { task_id, ...told } = named(events, "task.output")[0].data;
  const { json } = await s.call("GET", `${path}/logs`);
  assert.deepEqual([task_id, told], [run.task.task_id, json.items[0]]);
});
