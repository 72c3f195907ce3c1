import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { startEmbedded } from "@/db/embedded.ts";
import { migrate } from "@/db/migrate.ts";
import { readOutput } from "@/db/task_output.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { untilEnded, untilTask } from "@/tests/helpers/until.ts";
import { startWorker } from "@/tests/helpers/worker.ts";

Deno.test("Postgres dies and comes back under a running task, which loses no output", async () => {
  const folder = await Deno.makeTempDir();
  const model = await startScriptedModel();
  let postgres = await startEmbedded(folder);
  await migrate(postgres.url);
  const db = connect(postgres.url);
  const worker = await startWorker({ database_url: postgres.url, model_url: model.url });
  try {
    const { task_id } = await chatTask(db, { prompt: "[[slow:120:40]]" });
    await untilTask(db, task_id, (task) => task.last_seq > 5);
    Deno.kill(postgres.pid, "SIGKILL");
    postgres = await startEmbedded(folder);
    const task = await untilEnded(db, task_id);
    assert.deepEqual([task.status, task.error, task.attempt], ["completed", null, 1]);
    const rows = await readOutput(db, task_id, 0, 10_000);
    assert.deepEqual(rows.map((row) => row.seq), rows.map((_, i) => i + 1));
    const said = rows.filter((row) => row.kind === "text").map((row) => row.text).join("");
    assert.equal(said.trim(), task.output?.trim(), "each word once, in order");
    assert.ok(said.split(/\s+/).length >= 120);

    const next = await chatTask(db, { prompt: "[[hello]]" });
    assert.equal((await untilEnded(db, next.task_id)).status, "completed", "and work goes on");
  } finally {
    await worker[Symbol.asyncDispose]();
    await db.close();
    await postgres.stop();
    await model.close();
    await Deno.remove(folder, { recursive: true });
  }
});
