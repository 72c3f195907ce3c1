// deno-lint-ignore-file no-console -- a main: it prints
// `deno task bench [accept] [large] [spawn] [viewers] [overhead] [pages]`: each beside what it is to be
// compared with, in the same run. Without a name, all of them.
import { startEmbedded } from "@/db/embedded.ts";
import { migrate } from "@/db/migrate.ts";
import type { Load } from "@/tests/bench/http_load.ts";
import { LARGE_TIMES, largeDeliveries } from "@/tests/bench/large.ts";
import { lineToViewer } from "@/tests/bench/line_to_viewer.ts";
import { overhead } from "@/tests/bench/overhead.ts";
import { LARGE, seedBoth, slowest, SMALL } from "@/tests/bench/pages.ts";
import { holds } from "@/tests/bench/pages/measure.ts";
import { queueToSpawn } from "@/tests/bench/queue_to_spawn.ts";
import { asAdmin } from "@/tests/helpers/postgres.ts";
import { type ServerProcess, startServer } from "@/tests/bench/server_process.ts";
import { storeCommands, STORED } from "@/tests/bench/stored_commands.ts";

const ROUNDS = 5;
const SECONDS = 3;

const BENCHES: Record<string, (url: string) => Promise<void>> = {
  accept: benchAccept,
  large: benchLarge,
  spawn: benchSpawn,
  viewers: benchViewers,
  overhead: benchOverhead,
  pages: benchPages,
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

/** Deliveries over HTTP, with and without stored commands, and the same rows one by one, in turns. */
async function benchAccept(url: string): Promise<void> {
  console.log(`
Accepting deliveries: signed GitHub comments over HTTP with all six providers set up; the same with
${STORED} commands stored at those doors, none of which matches; and beside them a loop that writes the
same rows with one commit each and no HTTP. Median of ${ROUNDS} rounds of ${SECONDS} s; ratios are
medians of those of the rounds.

| connections | ours /s | p50 ms | p95 ms | p99 ms | ${STORED} stored /s | p99 ms | to ours | server CPU, µs each | one commit each /s | p99 ms | ours to it |
|---|---|---|---|---|---|---|---|---|---|---|---|`);
  const stored_url = await freshDatabase("accept_stored");
  await storeCommands(stored_url);
  await using plain = await startServer(url);
  await using full = await startServer(stored_url);
  const runs = {
    ours: (connections: string, seconds: string) => serverLoad(plain, connections, seconds),
    stored: (connections: string, seconds: string) => serverLoad(full, connections, seconds),
    each: (connections: string, seconds: string) =>
      load("one_commit_each.ts", url, connections, seconds),
  };
  for (const run of Object.values(runs)) await run("8", "2"); // nobody pays for the first time
  for (const connections of ["1", "8", "64"]) {
    const seen = { ours: [] as Load[], stored: [] as Load[], each: [] as Load[] };
    for (let round = 0; round < ROUNDS; round++) {
      const names = Object.keys(runs) as (keyof typeof runs)[];
      // whoever comes first differs, so that none is measured on a quieter machine
      for (const name of round % 2 ? names.reverse() : names) {
        seen[name].push(await runs[name](connections, `${SECONDS}`));
      }
    }
    console.log(acceptRow(connections, seen));
  }
}

/** The load, and what the server computed for each delivery of it. */
async function serverLoad(server: ServerProcess, ...args: string[]): Promise<Load> {
  const before = server.cpuSeconds();
  const seen = await load("http_load.ts", `${server.port}`, ...args);
  return { ...seen, cpu_us: 1e6 * (server.cpuSeconds() - before) / seen.count };
}

function acceptRow(connections: string, seen: Record<"ours" | "stored" | "each", Load[]>): string {
  const of = (name: keyof typeof seen, figure: keyof Load) =>
    median(seen[name].map((one) => one[figure]));
  const ratio = (a: Load[], b: Load[]) =>
    median(a.map((one, i) => one.per_second / b[i].per_second)).toFixed(2);
  return `| ${
    [
      connections,
      of("ours", "per_second").toFixed(0),
      ...(["p50_ms", "p95_ms", "p99_ms"] as const).map((figure) => ms(of("ours", figure))),
      of("stored", "per_second").toFixed(0),
      ms(of("stored", "p99_ms")),
      ratio(seen.stored, seen.ours),
      `${of("ours", "cpu_us").toFixed(0)} → ${of("stored", "cpu_us").toFixed(0)}`,
      of("each", "per_second").toFixed(0),
      ms(of("each", "p99_ms")),
      ratio(seen.ours, seen.each),
    ].join(" | ")
  } |`;
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
