import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { EmbeddedError, explain } from "./error.ts";
import type { Place } from "./place.ts";
import type { RunAs } from "./run_as.ts";

/** Nothing of our own environment: Postgres needs none of it, and it holds secrets. */
export const CHILD_ENV = {
  LC_ALL: "C",
  TZ: "UTC",
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
};

/** Makes pgdata when it is missing; checks its version and owner when not. Throws EmbeddedError. */
export async function prepareCluster(
  place: Place,
  binaries: Binaries,
  run_as: RunAs,
  durable: boolean,
): Promise<void> {
  const made_by = await Deno.readTextFile(join(place.pgdata, "PG_VERSION")).catch(() => null);
  if (made_by === null) await initialize(place, binaries, run_as, durable);
  else checkVersion(place, made_by.trim(), binaries.major);
  await ownFiles(place, run_as);
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
async function initialize(place: Place, binaries: Binaries, run_as: RunAs, durable: boolean) {
  await refuseFilled(place);
  const fresh = `${place.pgdata}.new`;
  const command = [binaries.initdb, "-D", fresh, "-U", "agent", "--auth=trust", "--encoding=UTF8"]
    .concat("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    .concat("--no-instructions", durable ? [] : ["--no-sync"]);
  let printed = "";
  for (const { prefix, owner } of run_as.initdb) {
    await Deno.remove(fresh, { recursive: true }).catch(() => {});
    await Deno.mkdir(fresh, { mode: 0o700 });
    if (owner) await Deno.chown(fresh, owner, owner);
    const { success, output } = await runToEnd([...prefix, ...command], place.data_dir);
    if (success) return await Deno.rename(fresh, place.pgdata);
    printed = output;
    if (!NAMELESS.test(printed)) break;
  }
  throw explain(`The first database could not be made under ${fresh}`, printed);
}

/** A uid without a line in /etc/passwd, as in `docker run --user 1234`. */
const NAMELESS = /could not look up effective user ID/;

async function runToEnd([command, ...args]: string[], cwd: string) {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd,
    env: CHILD_ENV,
    clearEnv: true,
  }).output();
  const output = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { success, output };
}

async function refuseFilled(place: Place): Promise<void> {
  const names = await Array.fromAsync(Deno.readDir(place.pgdata)).catch(() => []);
  if (names.length === 0) return;
  throw new EmbeddedError(
    `${place.pgdata} holds files, but no database: it is damaged or not ours. ` +
      "Move it away, or point DATA_DIR at another folder.",
  );
}

// The way of starting may differ from last time: an image moved to a stricter host, for example.
async function ownFiles(place: Place, run_as: RunAs): Promise<void> {
  if (run_as.owner === null) return;
  for (const dir of [place.pgdata, place.sockets]) {
    const { uid } = await Deno.stat(dir);
    if (uid !== run_as.owner) await chownAll(dir, run_as.owner);
  }
}

async function chownAll(dir: string, owner: number): Promise<void> {
  for await (const entry of Deno.readDir(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory) await chownAll(path, owner);
    else if (!entry.isSymlink) await Deno.chown(path, owner, owner);
  }
  await Deno.chown(dir, owner, owner); // last: the folder's owner says that all of it is done
}
