import { setTimeout as pause } from "node:timers/promises";
import { explain } from "./error.ts";
import { logSize, readFrom } from "./log.ts";
import type { Place } from "./place.ts";
import {
  ask,
  clearLeftovers,
  isPostmaster,
  type Postmaster,
  readPidFile,
  stopPostmaster,
  until,
} from "./postmaster.ts";
import { CHILD_ENV } from "./run.ts";

const START_PATIENCE_MS = 300_000; // a crash recovery may have 1 GB of log to read

export interface Launched {
  postmaster: Postmaster;
  child: Deno.ChildProcess;
}

/** Starts that command and waits until it answers. Throws EmbeddedError, or the signal's reason. */
export async function launch(
  place: Place,
  command: string[],
  password: string,
  signal?: AbortSignal,
): Promise<Launched> {
  // Where backends of a killed postmaster cannot be ended by us, they need a moment to notice.
  const deadline = performance.now() + 10_000;
  for (;;) {
    await clearLeftovers(place);
    const log_start = await logSize(place.log);
    const child = spawn(place, command);
    const postmaster = await untilReady(place, child, password, signal).catch(async (error) => {
      await end(place, child);
      throw error;
    });
    if (postmaster) {
      child.unref();
      return { postmaster, child };
    }
    await end(place, child);
    signal?.throwIfAborted();
    const printed = await readFrom(place.log, log_start);
    const busy = /shared memory block .* still in use/.test(printed);
    if (!busy || performance.now() > deadline) {
      throw explain(`Postgres did not start in ${place.pgdata}`, printed);
    }
    await pause(50);
  }
}

function spawn(place: Place, command: string[]): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    // Its own file, not a pipe of ours: it must be able to write when we are gone.
    args: ["-c", 'umask 077; exec "$@" 2>>"$0"', place.log, ...command],
    cwd: place.data_dir,
    env: CHILD_ENV,
    clearEnv: true,
    detached: true, // a Ctrl-C in our terminal is for us: we decide the order of things
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function untilReady(
  place: Place,
  child: Deno.ChildProcess,
  password: string,
  signal?: AbortSignal,
): Promise<Postmaster | null> {
  let exited = false;
  child.status.then(() => exited = true);
  let found: Postmaster | null = null;
  await until(async () => {
    if (exited || signal?.aborted) return true;
    const said = await readPidFile(place);
    if (said?.pid !== child.pid || !said.ready || !await ask(said, place, password)) return false;
    found = said;
    return true;
  }, START_PATIENCE_MS);
  return found;
}

// Before the shell and `setpriv` have become Postgres it is no postmaster yet, and may be killed.
async function end(place: Place, child: Deno.ChildProcess): Promise<void> {
  if (isPostmaster(child.pid, place)) await stopPostmaster(child.pid, place);
  try {
    child.kill("SIGKILL");
  } catch { /* it has ended */ }
  await child.status;
}
