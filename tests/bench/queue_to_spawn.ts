import { connect } from "@/db/client.ts";
import { fakeCli } from "@/tests/bench/fake_cli.ts";
import { type Latencies, latencies } from "@/tests/bench/latencies.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { untilEnded } from "@/tests/helpers/until.ts";
import { startWorker } from "@/tests/helpers/worker.ts";

/** Milliseconds from a task's commit to the moment at which its CLI's process runs. */
export async function queueToSpawn(url: string, rounds: number): Promise<Latencies> {
  const folder = await Deno.makeTempDir({ prefix: "bench-cli-" });
  await Deno.chmod(folder, 0o755);
  const db = connect(url, { max: 4 });
  const cli = await fakeCli(folder, "clock");
  const samples: number[] = [];
  {
    await using _worker = await startWorker({
      database_url: url,
      model_url: "http://127.0.0.1:9",
      env: { CLAUDE_BIN: cli },
    });
    for (let round = -5; round < rounds; round++) {
      // A breath, so that what the task before left to do is not measured.
      await new Promise((resolve) => setTimeout(resolve, 60));
      const { task_id } = await chatTask(db);
      const committed = performance.timeOrigin + performance.now();
      const task = await untilEnded(db, task_id);
      if (!/^\d+$/.test(task.output ?? "")) throw new Error(`${task.status}: ${task.error}`);
      if (round >= 0) samples.push(Number(BigInt(task.output!) / 1000n) / 1000 - committed);
    }
  }
  await db.close();
  await Deno.remove(folder, { recursive: true });
  return latencies(samples);
}
