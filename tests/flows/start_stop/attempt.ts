import assert from "node:assert/strict";
import { join } from "node:path";
import { until } from "@/db/embedded/postmaster.ts";
import { within } from "@/db/process/pause.ts";
import { PROJECT_DIR } from "@/server/config.ts";
import { findLeftovers } from "@/tests/run/leftovers.ts";

/** A process of ours to be stopped: everything of it shows `folder` in its environment. */
export interface Program {
  args: string[];
  folder: string;
  env: Record<string, string>;
}

/** When it is told to stop: that long after it was spawned, or once it has printed that. */
export type When = number | string;
/** `closed`: the pipe to its supervisor, which is what is left of one that was killed. */
export type How = "SIGTERM" | "SIGKILL" | "closed";

export interface Ended {
  printed: string;
  status: Deno.CommandStatus;
}

/** A stop may take its time, but it comes to an end. */
const PATIENCE_MS = 30_000;

/** Starts the program, tells it to stop, and waits for its end. Throws when that does not come. */
export async function stopAt(program: Program, when: When, how: How): Promise<Ended> {
  await Deno.mkdir(join(program.folder, "tmp"), { recursive: true });
  const child = spawn(program);
  let printed = "";
  const told = Promise.withResolvers<void>();
  const timer = typeof when === "number" ? setTimeout(told.resolve, when) : undefined;
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      printed += text;
      if (typeof when === "string" && printed.includes(when)) told.resolve();
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]).then(() => {});
  await Promise.race([told.promise, child.status]);
  clearTimeout(timer);
  await tell(child, how);
  const killer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const status = await child.status;
  clearTimeout(killer);
  await child.stdin.close().catch(() => {});
  // What is left of it may hold its outputs open; it is found by the one who asks for it.
  await within(reading, PATIENCE_MS, () => {});
  if (how !== "SIGKILL" && status.signal === "SIGKILL") {
    throw new Error(`stopped at ${when} by ${how}, it went on:\n${printed}`);
  }
  return { printed, status };
}

function spawn({ args, folder, env }: Program): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", ...args],
    cwd: PROJECT_DIR,
    env: {
      DATA_DIR: join(folder, "data"),
      TMPDIR: join(folder, "tmp"),
      LOG_JSON: "true",
      LOG_LEVEL: "debug",
      ...env,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function tell(child: Deno.ChildProcess, how: How): Promise<void> {
  if (how === "closed") return await child.stdin.close().catch(() => {});
  try {
    child.kill(how);
  } catch { /* it has ended */ }
}

/** The steps of a start, as the log of one tells them. */
export const stepsIn = ({ printed }: Ended): string[] =>
  [...printed.matchAll(/"start: ([^"]+)"/g)].map(([, name]) => `"start: ${name}"`);

/** Fails when it did not end in order. SIGTERM ends a process that has not yet come to hear it. */
export function assertOrderly({ printed, status }: Ended, what: string): void {
  const unheard = status.signal === "SIGTERM" && !printed.includes("start: ");
  assert.ok(unheard || status.code === 0, `${what}: ${JSON.stringify(status)}\n${printed}`);
}

/** Fails when a process of that folder is alive, or one of its locks is held. */
export async function assertNothingLeft(
  folder: string,
  what: string,
  spared: RegExp = /^$/,
): Promise<void> {
  const look = async () =>
    (await findLeftovers(folder, [])).map(({ line }) => line).filter((line) => !spared.test(line));
  await until(async () => (await look()).length === 0, 5_000);
  assert.deepEqual(await look(), [], what);
  for (const lock of ["start.lock", "worker.lock"]) {
    assert.ok(await isFree(join(folder, "data", lock)), `${what}: ${lock} is held`);
  }
}

async function isFree(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path, { read: true, write: true });
    return await file.tryLock(true);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/** Does the work for each, so many at once. */
export async function forEachOf<T>(
  all: T[],
  at_once: number,
  work: (one: T, lane: number) => Promise<void>,
): Promise<void> {
  const rest = all.values();
  const lane = async (_: unknown, lane: number) => {
    for (const one of rest) await work(one, lane);
  };
  await Promise.all(Array.from({ length: at_once }, lane));
}

/** Moments from the first to the last, in milliseconds. */
export const every = (step_ms: number, last_ms: number, first_ms = 0): number[] =>
  Array.from({ length: (last_ms - first_ms) / step_ms + 1 }, (_, n) => first_ms + n * step_ms);
