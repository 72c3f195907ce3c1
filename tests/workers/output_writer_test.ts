import assert from "node:assert/strict";
import { readOutput } from "@/db/task_output.ts";
import { endLease } from "@/db/machines.ts";
import { reclaimTasks } from "@/db/tasks/reclaim.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { runningTask } from "@/tests/helpers/records.ts";
import { outputWriter } from "@/workers/output_writer.ts";
import { createRedactor } from "@/db/process/redact.ts";

const piece = (text: string, message_id: string | null = "msg_1") => ({
  kind: "text" as const,
  text,
  data: null,
  message_id,
  parent_tool_use_id: null,
});

async function writing(secrets: string[] = []) {
  const t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  const ending = new AbortController();
  let lost = 0;
  const writer = outputWriter(t.db, claim, 0, createRedactor(secrets), ending.signal, () => lost++);
  const rows = () => readOutput(t.db, task.task_id, 0, 10_000);
  return {
    t,
    claim,
    writer,
    rows,
    lost: () => lost,
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
}

Deno.test("ten thousand pieces of two messages become few rows, joined to the same text", async () => {
  await using w = await writing();
  let wanted = "";
  for (let i = 0; i < 10_000; i++) {
    w.writer.add(piece(`${i} `, i < 5000 ? "msg_1" : "msg_2"));
    wanted += `${i} `;
  }
  await w.writer.flush();
  const rows = await w.rows();
  assert.equal(rows.map((row) => row.text).join(""), wanted);
  assert.deepEqual(rows.map((row) => row.seq), rows.map((_, i) => i + 1));
  assert.ok(rows.length < 20, `${rows.length} rows`);
  assert.deepEqual([...new Set(rows.map((row) => row.message_id))], ["msg_1", "msg_2"]);
});

Deno.test("a secret that comes in pieces is never stored, nor is one inside a tool's input", async () => {
  await using w = await writing(["s3cret-value-123"]);
  for (const part of ["the key is s3cr", "et-val", "ue-123, they", " say s3cr"]) {
    w.writer.add(piece(part));
    await new Promise((resolve) => setTimeout(resolve, 70)); // each piece in a batch of its own
  }
  const input = { env: { KEY: "s3cret-value-123" }, list: ["ghp_" + "a".repeat(36)] };
  w.writer.add({ ...piece(""), kind: "tool_use", text: null, data: { id: "t1", input } });
  await w.writer.flush();
  const rows = await w.rows();
  const text = rows.filter((row) => row.kind === "text").map((row) => row.text).join("");
  assert.equal(text, "the key is [redacted], they say s3cr");
  assert.doesNotMatch(JSON.stringify(rows), /s3cret-value-123|ghp_aaa/);
});

Deno.test("when the task is taken away, writing ends and says so once", async () => {
  await using w = await writing();
  w.writer.add(piece("before"));
  await w.writer.flush();
  await endLease(w.t.db, w.claim.worker_id);
  await reclaimTasks(w.t.db);
  w.writer.add(piece(" after"));
  await w.writer.flush();
  w.writer.add(piece(" much later"));
  await w.writer.flush();
  assert.equal(w.lost(), 1);
  assert.deepEqual((await w.rows()).map((row) => row.text), ["before"]);
});
