/** Told to stop while Postgres is gone, or hangs: both processes end, and nothing of a run is left. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { connect } from "@/db/client.ts";
import { type Embedded, startEmbedded } from "@/db/embedded.ts";
import { migrate } from "@/db/migrate.ts";
import { within } from "@/db/process/pause.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { assertNothingLeft } from "@/tests/flows/start_stop/attempt.ts";
import { startServer } from "@/tests/flows/server_process.ts";
import { runIdOf } from "@/tests/flows/system.ts";
import { processesOf } from "@/tests/helpers/processes.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { untilTask } from "@/tests/helpers/until.ts";
import { startWorker } from "@/tests/helpers/worker.ts";
import { listProcesses } from "@/workers/claude/process_tree/processes.ts";

const PATIENCE_MS = 40_000;

const FALLS: Record<string, (postgres: Embedded) => Promise<void>> = {
  gone: (postgres) => postgres.stop(),
  hanging: (postgres) => Promise.resolve(signalAll(postgres, "SIGSTOP")),
};

for (const [how, fall] of Object.entries(FALLS)) {
  Deno.test(`a worker with a running task and a server stop though Postgres is ${how}`, async () => {
    const folder = await Deno.makeTempDir();
    const tmp = join(folder, "tmp");
    await Deno.mkdir(tmp);
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const postgres = await startEmbedded(join(folder, "postgres"), { fsync: false });
    stack.defer(() => postgres.stop());
    await migrate(postgres.url);
    const db = connect(postgres.url);
    const model = stack.use(await startScriptedModel());
    const database_url = postgres.url;
    const server = await startServer({ database_url });
    const data_dir = join(folder, "data");
    const env = { TMPDIR: tmp };
    const worker = await startWorker({ database_url, model_url: model.url, data_dir, env });
    const { task_id } = await chatTask(db, { prompt: "[[bash:sleep 4712]]" });
    const task = await untilTask(db, task_id, (task) => task.last_seq >= 3);
    assert.ok(processesOf(runIdOf(task)).length > 0);
    await db.close();

    await fall(postgres);
    stack.defer(() => signalAll(postgres, "SIGCONT"));
    const ends = await Promise.all(
      [server, worker].map((one) => within(one.kill("SIGTERM"), PATIENCE_MS, () => null)),
    );
    for (const process of [server, worker]) {
      assert.doesNotMatch(process.log(), /Uncaught|panic/);
    }
    assert.ok(ends.every((end) => end !== null && end.signal === null), JSON.stringify(ends));
    assert.deepEqual(processesOf(runIdOf(task)), []);
    await assertNothingLeft(tmp, "the worker and its guard");
    const { worker_ids } = JSON.parse(await Deno.readTextFile(join(data_dir, "worker.json")));
    assert.ok(
      worker_ids.includes(task.worker_id),
      "whoever starts next knows what was not given back",
    );
  });
}

Deno.test("what a worker could not give back, its successor gives back before the lease is over", async () => {
  const folder = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const first = await startEmbedded(join(folder, "postgres"), { fsync: false });
  await migrate(first.url);
  const model = stack.use(await startScriptedModel());
  const options = { model_url: model.url, data_dir: join(folder, "data") };
  const worker = await startWorker({ ...options, database_url: first.url });
  const db = connect(first.url);
  const { task_id } = await chatTask(db, { prompt: "[[bash:sleep 2]]" });
  const { worker_id } = await untilTask(db, task_id, (task) => task.last_seq >= 3);
  await db.close();
  await first.stop();
  await worker.kill("SIGTERM");

  const again = await startEmbedded(join(folder, "postgres"), { fsync: false });
  stack.defer(() => again.stop());
  const later = connect(again.url);
  stack.defer(() => later.close());
  // As if its lease ran on for an hour: only its successor can know that it is over.
  await later.sql`update workers set lease_until = now() + interval '1 hour'
    where worker_id = ${worker_id}`;
  stack.use(await startWorker({ ...options, database_url: again.url }));
  const task = await untilTask(later, task_id, (task) => task.status === "completed");
  assert.equal(task.attempt, 2);
});

/** The postmaster and its backends, as they are now. */
function signalAll({ pid }: Embedded, signal: Deno.Signal): void {
  for (const { pid: one, parent } of listProcesses()) {
    if (one === pid || parent === pid) Deno.kill(one, signal);
  }
}
