// deno-lint-ignore-file no-console -- a main: it prints
// `deno task bench [accept] [large] [spawn] [viewers] [overhead]`: each beside what it is to be compared
// with, in the same run. Without a name, all of them.
import { startEmbedded } from "@/db/embedded.ts";
import { migrate } from "@/db/migrate.ts";
import { benchAccept } from "@/tests/bench/accept.ts";
import { LARGE_TIMES, largeDeliveries } from "@/tests/bench/large.ts";
import { lineToViewer } from "@/tests/bench/line_to_viewer.ts";
import { overhead } from "@/tests/bench/overhead.ts";
import { queueToSpawn } from "@/tests/bench/queue_to_spawn.ts";
import { asAdmin } from "@/tests/helpers/postgres.ts";
import { startServer } from "@/tests/bench/server_process.ts";

const BENCHES: Record<string, (url: string) => Promise<void>> = {
  accept: acceptBench,
  large: benchLarge,
  spawn: benchSpawn,
  viewers: benchViewers,
  overhead: benchOverhead,
};

const folder = await Deno.makeTempDir({ prefix: "bench-" });
const postgres = await startEmbedded(folder, { create_databases: true });
try {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (Deno.args.length === 0 || Deno.args.includes(name)) await bench(await freshDatabase(name));
  }
} finally {
  await postgres.stop();
  await Deno.remove(folder, { recursive: true });
}

/** One for each, so that nobody works on what another one left. */
async function freshDatabase(name: string): Promise<string> {
  await asAdmin(postgres.url, (sql) => sql`create database ${sql(`bench_${name}`)}`);
  const url = new URL(postgres.url);
  url.pathname = `/bench_${name}`;
  await migrate(url.href);
  return url.href;
}

async function acceptBench(url: string): Promise<void> {
  const stored = await freshDatabase("accept_stored");
  await benchAccept({ plain: url, stored, postgres_pid: postgres.pid });
}

/** The largest delivery that is taken at all. */
async function benchLarge(url: string): Promise<void> {
  console.log(`
Answering a delivery of 25 MiB, the largest that is taken: median of ${LARGE_TIMES}, from the first
byte that is sent to the last of the answer, and what of it the server counts.

| payload | answer ms | server ms | under 200 ms |
|---|---|---|---|`);
  await using server = await startServer(url);
  for (const { name, answer_ms, server_ms } of await largeDeliveries(url, server.port)) {
    console.log(
      `| ${name} | ${ms(answer_ms)} | ${ms(server_ms)} | ${answer_ms < 200 ? "yes" : "no"} |`,
    );
  }
}

async function benchSpawn(url: string): Promise<void> {
  const { p50_ms, p95_ms, p99_ms, count } = await queueToSpawn(url, 100);
  console.log(`
Queued to spawned: from the task's commit until the CLI's process runs, isolation included,
${count} tasks one after the other.

| p50 ms | p95 ms | p99 ms |
|---|---|---|
| ${ms(p50_ms)} | ${ms(p95_ms)} | ${ms(p99_ms)} |`);
}

async function benchViewers(url: string): Promise<void> {
  console.log(`
From a line that the CLI prints to the viewers of its task, ten lines a second.

| viewers | p50 ms | p95 ms | p99 ms | viewers that missed a line |
|---|---|---|---|---|`);
  for (const viewers of [1, 100, 1000]) {
    const seen = await lineToViewer(url, viewers);
    console.log(
      `| ${viewers} | ${ms(seen.p50_ms)} | ${ms(seen.p95_ms)} | ${ms(seen.p99_ms)} | ` +
        `${seen.incomplete} |`,
    );
  }
}

async function benchOverhead(url: string): Promise<void> {
  const { bare_ms, ours_ms, runs } = await overhead(url, 9);
  const more = (100 * (ours_ms - bare_ms) / bare_ms).toFixed(1);
  console.log(`
The same run of the real CLI against a scripted model, bare and through us, in turns; wall time
from the request to the stored answer, median of ${runs}.

| bare s | ours s | overhead |
|---|---|---|
| ${(bare_ms / 1000).toFixed(2)} | ${(ours_ms / 1000).toFixed(2)} | ${more} % |`);
}

function ms(value: number): string {
  return value.toFixed(1);
}
