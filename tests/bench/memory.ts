import { connect } from "@/db/client.ts";
import { ADMIN_TOKEN, startServer } from "@/tests/bench/server_process.ts";
import { testRun } from "@/tests/helpers/writer.ts";

export const DELIVERIES = 26_000;
export const OPENINGS = 4_000;
const CONNECTIONS = "32";
const TOGETHER = "250";
export const IDLE_SECONDS = 30;

export interface Memory {
  when: string;
  rss_mb: number;
  heap_mb: number;
  external_mb: number;
  /** The most that was seen of RSS since the one before. */
  peak_mb: number;
}

/** What the server process holds before, during and after a load from outside of it. */
export async function memory(url: string): Promise<Memory[]> {
  await using server = await startServer(url);
  const db = connect(url, { max: 2 });
  const run = await testRun(db);
  for (let i = 0; i < 30; i++) await run.say(...lines(10));
  const { port } = server;
  const deliver = (count: number) =>
    load("http_load.ts", `${port}`, CONNECTIONS, `${60 * 60}`, `${count}`);
  const watch = (count: number) =>
    load("stream_load.ts", `${port}`, run.task.task_id, `${count}`, TOGETHER);
  const phases: [string, () => Promise<unknown>][] = [
    ["at the start", () => Promise.resolve()],
    [`after ${DELIVERIES / 2} deliveries`, () => deliver(DELIVERIES / 2)],
    [`after ${OPENINGS / 2} streams`, () => watch(OPENINGS / 2)],
    [
      "after as many of both at once",
      () => Promise.all([deliver(DELIVERIES / 2), watch(OPENINGS / 2)]),
    ],
    [`${IDLE_SECONDS} s later`, () => pause(IDLE_SECONDS * 1000)],
  ];
  const seen: Memory[] = [];
  for (const [when, work] of phases) seen.push({ when, ...await during(port, work) });
  await db.close();
  return seen;
}

const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => "It reads a file and says what is in it. ".repeat(i + 1));

async function during(port: number, work: () => Promise<unknown>): Promise<Omit<Memory, "when">> {
  const over = new AbortController();
  const rss: number[] = [];
  const looking = (async () => {
    while (!over.signal.aborted) {
      rss.push((await figures(port)).rss_mb);
      await pause(1_000);
    }
  })();
  await work().finally(() => over.abort());
  await looking;
  const now = await figures(port);
  return { ...now, peak_mb: Math.max(...rss, now.rss_mb) };
}

async function figures(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const text = await response.text();
  const mb = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)![1]) / 1e6;
  return {
    rss_mb: mb("process_resident_memory_bytes"),
    heap_mb: mb("process_heap_bytes"),
    external_mb: mb("process_external_bytes"),
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** In a process of its own, so that its memory is not the server's. */
async function load(file: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--cached-only",
      "--no-check",
      new URL(file, import.meta.url).href,
      ...args,
    ],
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${file} failed`);
}
