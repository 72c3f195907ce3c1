import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { EmbeddedError, explain } from "./error.ts";
import { chownAll } from "./owner.ts";
import type { Place } from "./place.ts";
import { prepareRoles } from "./roles.ts";
import { runNamed } from "./run.ts";
import type { RunAs } from "./run_as.ts";

export interface Preparation {
  place: Place;
  binaries: Binaries;
  run_as: RunAs;
  durable: boolean;
  create_databases: boolean;
  must_exist: boolean;
  signal?: AbortSignal;
}

/** Throws EmbeddedError, also where a database was and is no more. */
export async function prepareCluster(preparation: Preparation): Promise<void> {
  const { place, binaries, run_as, must_exist } = preparation;
  const made_by = await Deno.readTextFile(join(place.pgdata, "PG_VERSION")).catch(() => null);
  if (made_by !== null) checkVersion(place, made_by.trim(), binaries.major);
  else if (must_exist || await exists(place.password)) throw lost(place);
  else await initialize(preparation);
  await prepareRoles(preparation, made_by === null);
  if (run_as.owner === null) return;
  // The way of starting may differ from last time: an image moved to a stricter host, for example.
  for (const dir of [place.pgdata, place.sockets]) await chownAll(dir, run_as.owner);
}

export async function whyLost(place: Place): Promise<EmbeddedError | null> {
  return await exists(join(place.pgdata, "PG_VERSION")) ? null : lost(place);
}

function lost({ pgdata, password }: Place): EmbeddedError {
  return new EmbeddedError(
    `${pgdata} is gone, and the database was in it: no new one is made in its place. ` +
      "Put the folder back, or set DATABASE_URL to a Postgres of your own. " +
      `To begin anew with an empty database, remove ${password} if it is there, and start again.`,
  );
}

/** False only where there is nothing: a disk that does not answer is another matter. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(
    () => true,
    (error) =>
      !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory),
  );
}

function checkVersion(place: Place, made_by: string, major: string): void {
  if (made_by === major) return;
  throw new EmbeddedError(
    `${place.pgdata} was made by Postgres ${made_by}, and this is Postgres ${major}. ` +
      `Point DATA_DIR at another folder, or set DATABASE_URL to a Postgres ${made_by}, dump the ` +
      "database there and load it into a new one.",
  );
}

// Under another name first: initdb killed half-way must not look like a database.
async function initialize({ place, binaries, run_as, durable, signal }: Preparation) {
  await refuseFilled(place);
  const fresh = `${place.pgdata}.new`;
  await Deno.remove(fresh, { recursive: true }).catch(() => {});
  await Deno.mkdir(fresh, { mode: 0o700 });
  const command = [binaries.initdb, "-D", fresh, "-U", "agent", "--auth=reject"]
    .concat("--encoding=UTF8", "--locale=C", "--locale-provider=builtin")
    .concat("--builtin-locale=C.UTF-8", "--no-instructions", durable ? [] : ["--no-sync"]);
  const { success, printed } = await runNamed(run_as, { command, folder: fresh, signal });
  if (!success) throw explain(`The first database could not be made under ${fresh}`, printed);
  await Deno.rename(fresh, place.pgdata);
}

async function refuseFilled(place: Place): Promise<void> {
  const names = await Array.fromAsync(Deno.readDir(place.pgdata)).catch(() => []);
  if (names.length === 0) return;
  throw new EmbeddedError(
    `${place.pgdata} holds files, but no database: it is damaged or not ours. ` +
      "Move it away, or point DATA_DIR at another folder.",
  );
}
