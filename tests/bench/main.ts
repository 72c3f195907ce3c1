// deno-lint-ignore-file no-console -- a main: it prints
// `deno task bench [accept] [spawn] [viewers] [overhead]`: each beside what it is to be compared
// with, in the same run. Without a name, all of them.
import { startEmbedded } from "@/db/embedded.ts";
import { migrate } from "@/db/migrate.ts";
import type { Load } from "@/tests/bench/http_load.ts";
import { lineToViewer } from "@/tests/bench/line_to_viewer.ts";
import { overhead } from "@/tests/bench/overhead.ts";
import { queueToSpawn } from "@/tests/bench/queue_to_spawn.ts";
import { asAdmin } from "@/tests/helpers/postgres.ts";
import { startServer } from "@/tests/bench/server_process.ts";

const ROUNDS = 3;
const SECONDS = 5;

const BENCHES: Record<string, (url: string) => Promise<void>> = {
  accept: benchAccept,
  spawn: benchSpawn,
  viewers: benchViewers,
  overhead: benchOverhead,
};

const folder = await Deno.makeTempDir({ prefix: "bench-" });
const postgres = await startEmbedded(folder);
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

/** Deliveries over HTTP, and the same rows with one commit each; the two take turns. */
async function benchAccept(url: string): Promise<void> {
  console.log(`
Accepting deliveries: signed GitHub comments over HTTP, beside a loop that writes the same rows
with one commit each and no HTTP. Median of ${ROUNDS} rounds of ${SECONDS} s.

| connections | ours /s | p50 ms | p95 ms | p99 ms | one commit each /s | p99 ms | ratio |
|---|---|---|---|---|---|---|---|`);
  await using server = await startServer(url);
  await load("http_load.ts", `${server.port}`, "8", "2"); // so that nobody pays for the first time
  await load("one_commit_each.ts", url, "8", "2");
  for (const connections of ["1", "8", "64"]) {
    const ours: Load[] = [];
    const each: Load[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      each.push(await load("one_commit_each.ts", url, connections, `${SECONDS}`));
      ours.push(await load("http_load.ts", `${server.port}`, connections, `${SECONDS}`));
    }
    const a = (list: Load[], figure: keyof Load) => median(list.map((one) => one[figure]));
    const ratio = median(ours.map((one, i) => one.per_second / each[i].per_second));
    console.log(
      `| ${connections} | ${a(ours, "per_second").toFixed(0)} | ${ms(a(ours, "p50_ms"))} | ` +
        `${ms(a(ours, "p95_ms"))} | ${ms(a(ours, "p99_ms"))} | ` +
        `${a(each, "per_second").toFixed(0)} | ${ms(a(each, "p99_ms"))} | ${ratio.toFixed(2)} |`,
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

async function load(file: string, ...args: string[]): Promise<Load> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--cached-only",
      "--no-check",
      new URL(file, import.meta.url).href,
      ...args,
    ],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${file} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ms(value: number): string {
  return value.toFixed(1);
}
