import { findBinaries } from "./embedded/binaries.ts";
import { CHILD_ENV, prepareCluster } from "./embedded/cluster.ts";
import { EmbeddedError, explain } from "./embedded/error.ts";
import { boundLog, logSize, readFrom } from "./embedded/log.ts";
import { layOut, lockPlace, type Place } from "./embedded/place.ts";
import {
  answers,
  clearLeftovers,
  ensureDatabase,
  isPostmaster,
  type Postmaster,
  readPidFile,
  socketUrl,
  stopPostmaster,
  until,
} from "./embedded/postmaster.ts";
import { findRunAs, type RunAs } from "./embedded/run_as.ts";
import { settingArguments } from "./embedded/settings.ts";

export { EmbeddedError };

export interface Embedded {
  /** Of the database `agent`, for `connect` of db/client.ts. */
  url: string;
  /** It was running already: left by a starter that was killed, or started by another. */
  attached: boolean;
  pid: number;
  /** Whether the process still lives. */
  running(): boolean;
  /** Ends it, whoever started it; resolves when the process is gone. */
  stop(): Promise<void>;
  /** Cuts its log when that has grown; call it now and then. */
  boundLog(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Further settings of postgresql.conf. */
  settings?: Record<string, string>;
  /** false: faster, and lost at a power cut. For tests. */
  fsync?: boolean;
  /** How not to be root; by default the first way that works. */
  run_as?: RunAs;
}

const START_PATIENCE_MS = 300_000; // a crash recovery may have 1 GB of log to read

/**
 * Brings up the Postgres server of npm under `data_dir`, or finds the one that runs there. It
 * outlives this process unless stopped. Throws EmbeddedError, whose message says what to do.
 */
export async function startEmbedded(
  data_dir: string,
  options: EmbeddedOptions = {},
): Promise<Embedded> {
  const place = await layOut(data_dir);
  using _lock = await lockPlace(place);
  await boundLog(place.log);
  const running = await findRunning(place);
  if (running) return await embedded(place, running);
  return await launch(place, options);
}

/** The one that runs here already, once it answers. One that is just stopping is waited for. */
async function findRunning(place: Place): Promise<Postmaster | null> {
  let found: Postmaster | null = null;
  const settled = await until(async () => {
    found = await readPidFile(place);
    if (!found || !isPostmaster(found.pid, place)) found = null;
    return found === null || await answers(found, place);
  }, 30_000);
  if (settled) return found;
  throw new EmbeddedError(
    `A Postgres (process ${found!.pid}) runs in ${place.pgdata} but has not answered for 30 s. ` +
      `Look into ${place.log}; if it hangs, end it with \`kill -QUIT ${found!.pid}\`.`,
  );
}

async function launch(place: Place, options: EmbeddedOptions): Promise<Embedded> {
  const binaries = await findBinaries();
  const run_as = options.run_as ?? await findRunAs();
  const durable = options.fsync !== false;
  await prepareCluster(place, binaries, run_as, durable);
  const command = [...run_as.prefix, binaries.postgres, "-D", place.pgdata]
    .concat(settingArguments(place, durable, options.settings));
  // The backends of a postmaster that was killed need a moment to notice, and hold its memory.
  const deadline = performance.now() + 10_000;
  for (;;) {
    await clearLeftovers(place);
    const outcome = await spawn(place, command);
    if (!("printed" in outcome)) return await embedded(place, outcome.postmaster, outcome.child);
    const busy = /shared memory block .* still in use/.test(outcome.printed);
    if (!busy || performance.now() > deadline) {
      throw explain(`Postgres did not start in ${place.pgdata}`, outcome.printed);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

type Outcome = { postmaster: Postmaster; child: Deno.ChildProcess } | { printed: string };

async function spawn(place: Place, command: string[]): Promise<Outcome> {
  const log_start = await logSize(place.log);
  const child = new Deno.Command("/bin/sh", {
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
  let exited = false;
  const status = child.status.then(() => exited = true);
  let found: Postmaster | null = null;
  const ready = await until(async () => {
    found = await readPidFile(place);
    return exited || (found?.pid === child.pid && found.ready && await answers(found, place));
  }, START_PATIENCE_MS);
  if (ready && !exited) {
    child.unref();
    return { postmaster: found!, child };
  }
  if (!exited) child.kill("SIGKILL");
  await status;
  return { printed: await readFrom(place.log, log_start) };
}

async function embedded(
  place: Place,
  { pid, sockets }: Postmaster,
  child?: Deno.ChildProcess,
): Promise<Embedded> {
  await ensureDatabase(sockets, "agent");
  return {
    url: socketUrl(sockets, "agent"),
    attached: child === undefined,
    pid,
    running: () => isPostmaster(pid, place),
    boundLog: () => boundLog(place.log),
    stop: async () => {
      child?.ref();
      await stopPostmaster(pid, place);
      await child?.status;
    },
  };
}
