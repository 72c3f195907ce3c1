// deno-lint-ignore-file no-console -- part of a main: it prints
import { familyCpuSeconds } from "@/tests/bench/cpu.ts";
import type { Load } from "@/tests/bench/http_load.ts";
import { type ServerProcess, startPlain, startServer } from "@/tests/bench/server_process.ts";
import { storeCommands, STORED } from "@/tests/bench/stored_commands.ts";

const ROUNDS = 5;
const SECONDS = 3;

const NAMES = ["ours", "stored", "each", "limit"] as const;
type Name = typeof NAMES[number];

const WHO: Record<Name, string> = {
  ours: "ours",
  stored: `ours with ${STORED} stored`,
  each: "one commit each",
  limit: "signature and parsing alone",
};

/** A load, and what was computed for each delivery of it, in microseconds. */
interface Measured extends Load {
  server_us: number;
  postgres_us: number;
}

interface Databases {
  plain: string;
  /** With room for stored commands. */
  stored: string;
  postgres_pid: number;
}

/** Deliveries over HTTP, and what they cost us and others, in turns. */
export async function benchAccept({ plain, stored, postgres_pid }: Databases): Promise<void> {
  console.log(`
Accepting deliveries: signed GitHub comments over HTTP, sent by another process. Ours with all
providers set up; the same with ${STORED} commands stored at those webhooks, none of which matches; a plain
service that writes the same rows and jobs with one transaction and commit each; and the limit, a
service that checks the signature, parses and writes nothing. CPU is that of the service and of all
Postgres processes, per delivery. Median of ${ROUNDS} rounds of ${SECONDS} s; ratios are medians of
those of the rounds.

| connections | who | /s | p50 ms | p95 ms | p99 ms | CPU µs | Postgres' µs | ours to it |
|---|---|---|---|---|---|---|---|---|`);
  await storeCommands(stored);
  await using ours = await startServer(plain);
  await using full = await startServer(stored);
  await using each = await startPlain(plain);
  await using limit = await startPlain();
  const services = { ours, stored: full, each, limit };
  for (const service of Object.values(services)) await load(service, 8, 2); // nobody pays for the first time
  for (const connections of [1, 8, 64]) {
    const seen: Record<Name, Measured[]> = { ours: [], stored: [], each: [], limit: [] };
    for (let round = 0; round < ROUNDS; round++) {
      // whoever comes first differs, so that none is measured on a quieter machine
      for (const name of round % 2 ? NAMES.toReversed() : NAMES) {
        seen[name].push(await measure(services[name], connections, postgres_pid));
      }
    }
    for (const name of NAMES) console.log(row(connections, name, seen));
  }
}

async function measure(service: ServerProcess, connections: number, postgres_pid: number) {
  const before = [service.cpuSeconds(), familyCpuSeconds(postgres_pid)];
  const seen = await load(service, connections, SECONDS);
  const after = [service.cpuSeconds(), familyCpuSeconds(postgres_pid)];
  const [server_us, postgres_us] = after.map((s, i) => 1e6 * (s - before[i]) / seen.count);
  return { ...seen, server_us, postgres_us };
}

function row(connections: number, name: Name, seen: Record<Name, Measured[]>): string {
  const of = (figure: keyof Measured) => median(seen[name].map((one) => one[figure]));
  const ratios = seen.ours.map((one, i) => one.per_second / seen[name][i].per_second);
  return `| ${
    [
      connections,
      WHO[name],
      of("per_second").toFixed(0),
      ...(["p50_ms", "p95_ms", "p99_ms"] as const).map((figure) => of(figure).toFixed(1)),
      of("server_us").toFixed(0),
      name === "limit" ? "" : of("postgres_us").toFixed(0),
      name === "ours" ? "" : median(ratios).toFixed(2),
    ].join(" | ")
  } |`;
}

async function load(
  { port }: ServerProcess,
  connections: number,
  seconds: number,
): Promise<Load> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check"]
      .concat(new URL("http_load.ts", import.meta.url).href)
      .concat([port, connections, seconds].map(String)),
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("http_load.ts failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
