// deno-lint-ignore-file no-console -- a main: it prints
// `deno task bench [accept] [large] [spawn] [viewers] [overhead] [memory] [pages] [worktree]`: each beside what
// it is to be compared with, in the same run. Without a name, all of them.
import { startEmbedded } from "@/db/embedded.ts";
import { migrate } from "@/db/migrate.ts";
import { benchAccept } from "@/tests/bench/accept.ts";
import { LARGE_TIMES, largeDeliveries } from "@/tests/bench/large.ts";
import { lineToViewer } from "@/tests/bench/line_to_viewer.ts";
import { DELIVERIES, IDLE_SECONDS, memory, OPENINGS } from "@/tests/bench/memory.ts";
import { overhead } from "@/tests/bench/overhead.ts";
import { LARGE, seedBoth, slowest, SMALL } from "@/tests/bench/pages.ts";
import { holds } from "@/tests/bench/pages/measure.ts";
import { queueToSpawn } from "@/tests/bench/queue_to_spawn.ts";
import { asAdmin } from "@/tests/helpers/postgres.ts";
import { startServer } from "@/tests/bench/server_process.ts";
import { COMMITS, FILES, PUSHED_COMMITS, worktreeTimes } from "@/tests/bench/worktree.ts";

/** What the server may hold once a load is over. */
const MOST_MB = 180;

const BENCHES: Record<string, (url: string) => Promise<void>> = {
  accept: acceptBench,
  large: benchLarge,
  spawn: benchSpawn,
  viewers: benchViewers,
  overhead: benchOverhead,
  memory: benchMemory,
  pages: benchPages,
  worktree: benchWorktree,
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

/** Fails the run when one is too slow. */
async function benchPages(url: string): Promise<void> {
  const small_url = await freshDatabase("pages_small");
  await seedBoth(small_url, url);
  console.log(`
Every page and list, with every filter and combination of filters: of each route the address that
took longest, and every other one that is too slow. Medians, at ${SMALL} and at ${LARGE} tasks.

| address | ms at ${SMALL} | ms at ${LARGE} | ratio | at most 1.3 × or 20 ms |
|---|---|---|---|---|`);
  for (const pair of await slowest(small_url, url)) {
    const { path, small_ms, large_ms } = pair;
    const ratio = (large_ms / small_ms).toFixed(2);
    const verdict = holds(pair) ? "yes" : "no";
    console.log(`| \`${path}\` | ${ms(small_ms)} | ${ms(large_ms)} | ${ratio} | ${verdict} |`);
    if (!holds(pair)) Deno.exitCode = 1;
  }
}

/** Fails the run when a worktree takes a fifth of a clone, or more. */
async function benchWorktree(): Promise<void> {
  const times = await worktreeTimes(5);
  const { clone_ms, same_ms, behind_ms, first_ms, rounds } = times;
  const share = (time_ms: number) => `${(100 * time_ms / clone_ms).toFixed(0)} %`;
  console.log(`
A worktree for a task about a repository of ${FILES} files and ${COMMITS} commits, over HTTP on
loopback, beside a shallow clone of it; median of ${rounds}. The first task fetches the history.

| what | ms | of the clone |
|---|---|---|
| git clone --depth 1 | ${ms(clone_ms)} | 100 % |
| worktree, nothing new | ${ms(same_ms)} | ${share(same_ms)} |
| worktree, ${PUSHED_COMMITS} commits behind | ${ms(behind_ms)} | ${share(behind_ms)} |
| the first one | ${ms(first_ms)} | ${share(first_ms)} |`);
  if (Math.max(same_ms, behind_ms) * 5 < clone_ms) return;
  console.error("a worktree takes a fifth of a shallow clone, or more");
  Deno.exitCode = 1;
}

async function benchMemory(url: string): Promise<void> {
  console.log(`
Memory of the server process under ${DELIVERIES} deliveries and ${OPENINGS} streams that are opened and left, most
of them by a reset; at most ${MOST_MB} MB, ${IDLE_SECONDS} s after they ended.

| when | MB resident | most meanwhile | JavaScript heap | buffers |
|---|---|---|---|---|`);
  const seen = await memory(url);
  for (const { when, rss_mb, peak_mb, heap_mb, external_mb } of seen) {
    console.log(
      `| ${when} | ${ms(rss_mb)} | ${ms(peak_mb)} | ${ms(heap_mb)} | ${ms(external_mb)} |`,
    );
  }
  if (seen.at(-1)!.rss_mb <= MOST_MB) return;
  console.error(`the server holds more than ${MOST_MB} MB`);
  Deno.exitCode = 1;
}

function ms(value: number): string {
  return value.toFixed(1);
}
