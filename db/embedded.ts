import { join } from "node:path";
import { findBinaries } from "./embedded/binaries.ts";
import { exists, prepareCluster, whyLost } from "./embedded/cluster.ts";
import { EmbeddedError } from "./embedded/error.ts";
import { launch } from "./embedded/launch.ts";
import { boundLog } from "./embedded/log.ts";
import { endOrphans } from "./embedded/orphans.ts";
import { layOut, lockPlace, type Place } from "./embedded/place.ts";
import {
  ask,
  isPostmaster,
  type Postmaster,
  readPidFile,
  socketUrl,
  stopPostmaster,
  until,
} from "./embedded/postmaster.ts";
import { readPassword } from "./embedded/roles.ts";
import { findRunAs, type RunAs } from "./embedded/run_as.ts";
import { maxConnections, settingArguments } from "./embedded/settings.ts";

export { EmbeddedError };

export interface Embedded {
  /** Of the database `agent`, for `connect` of db/client.ts, as a role that is no superuser. */
  url: string;
  /** It was running already: left by a starter that was killed, or started by another. */
  attached: boolean;
  pid: number;
  running(): boolean;
  /** What to say when its data is no longer in its folder; null while it is. */
  whyLost(): Promise<EmbeddedError | null>;
  /** Ends it, whoever started it; resolves when the process is gone. */
  stop(): Promise<void>;
  boundLog(): Promise<void>;
}

export interface EmbeddedOptions {
  settings?: Record<string, string>;
  /** false: faster, and lost at a power cut. For tests. */
  fsync?: boolean;
  run_as?: RunAs;
  create_databases?: boolean;
  must_exist?: boolean;
  signal?: AbortSignal;
}

/** It outlives this process. A cluster is made only where none has been. Throws EmbeddedError. */
export async function startEmbedded(
  data_dir: string,
  options: EmbeddedOptions = {},
): Promise<Embedded> {
  const place = await layOut(data_dir);
  using _lock = await lockPlace(place, options.signal);
  await boundLog(place.log);
  const postgres = await findRunning(place, options) ?? await startNew(place, options);
  if (!options.signal?.aborted) return postgres;
  await postgres.stop();
  throw options.signal.reason;
}

export async function stopEmbedded(data_dir: string): Promise<void> {
  if (!await exists(join(data_dir, "pgdata"))) return;
  const place = await layOut(data_dir);
  using _lock = await lockPlace(place);
  const left = await readPidFile(place);
  if (left && isPostmaster(left.pid, place)) await stopPostmaster(left.pid, place);
}

async function findRunning(place: Place, options: EmbeddedOptions): Promise<Embedded | null> {
  const password = await readPassword(place);
  const seen = { postmaster: null as Postmaster | null, max_connections: 0 };
  const settled = await until(async () => {
    const said = await readPidFile(place);
    seen.postmaster = said && isPostmaster(said.pid, place) ? said : null;
    if (!seen.postmaster || password === null || options.signal?.aborted) return true;
    const answer = await ask(seen.postmaster, place, password);
    seen.max_connections = answer?.max_connections ?? 0;
    return answer !== null;
  }, 30_000);
  if (seen.postmaster === null) return null;
  if (!settled) throw silent(place, seen.postmaster.pid);
  // One of an older version, or with too few connections, gives way to one as it has to be.
  const fits = seen.max_connections >= maxConnections(options.settings);
  if (fits && !options.signal?.aborted) return embedded(place, seen.postmaster, password!);
  await stopPostmaster(seen.postmaster.pid, place);
  return null;
}

function silent(place: Place, pid: number): EmbeddedError {
  return new EmbeddedError(
    `A Postgres (process ${pid}) runs in ${place.pgdata} but has not answered for 30 s. ` +
      `Look into ${place.log}; if it hangs, end it with \`kill -QUIT ${pid}\`.`,
  );
}

async function startNew(place: Place, options: EmbeddedOptions): Promise<Embedded> {
  const { signal, create_databases = false, must_exist = false } = options;
  signal?.throwIfAborted();
  const binaries = await findBinaries();
  const needed = { ...place, program: binaries.postgres, material: binaries.material };
  const run_as = options.run_as ?? await findRunAs(needed);
  const durable = options.fsync !== false;
  await endOrphans(place);
  const how = { durable, create_databases, must_exist, signal };
  await prepareCluster({ place, binaries, run_as, ...how });
  const command = [...run_as.prefix, binaries.postgres, "-D", place.pgdata]
    .concat(settingArguments(place, durable, options.settings));
  const password = (await readPassword(place))!;
  const { postmaster, child } = await launch(place, command, password, signal);
  return embedded(place, postmaster, password, child);
}

function embedded(
  place: Place,
  { pid, sockets }: Postmaster,
  password: string,
  child?: Deno.ChildProcess,
): Embedded {
  return {
    url: socketUrl(sockets, password),
    attached: child === undefined,
    pid,
    running: () => isPostmaster(pid, place),
    whyLost: () => whyLost(place),
    boundLog: () => boundLog(place.log),
    stop: async () => {
      child?.ref();
      await stopPostmaster(pid, place);
      await child?.status;
    },
  };
}
