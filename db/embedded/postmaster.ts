import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";
import { kill } from "node:process";
import { postgres as open } from "../driver.ts";
import { whyLost } from "./cluster.ts";
import { type Place, PORT } from "./place.ts";
import { DATABASE, ROLE, wrongPassword } from "./roles.ts";

export interface Postmaster {
  pid: number;
  sockets: string;
  ready: boolean;
}

export async function readPidFile(place: Place): Promise<Postmaster | null> {
  const text = await Deno.readTextFile(join(place.pgdata, "postmaster.pid")).catch(() => "");
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, sockets: lines[4] || place.sockets, ready: lines[7] === "ready" };
}

/** A pid file may outlive its process, and its number be somebody else's by now, or a zombie's. */
export function isPostmaster(pid: number, place: Place): boolean {
  try {
    kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== "EPERM") return false;
  }
  return commandLine(pid).includes(place.pgdata);
}

function commandLine(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`);
  } catch {
    if (Deno.build.os === "linux") return "";
    const ps = new Deno.Command("ps", { args: ["-ww", "-o", "command=", "-p", String(pid)] });
    return new TextDecoder().decode(ps.outputSync().stdout);
  }
}

/** Null as long as it does not answer. Throws EmbeddedError when it knows another password. */
export async function ask(
  { sockets }: Postmaster,
  place: Place,
  password: string,
): Promise<{ max_connections: number } | null> {
  const login = { database: DATABASE, user: ROLE, password };
  const path = `${sockets}/.s.PGSQL.${PORT}`;
  const sql = open({ ...login, path, max: 1, connect_timeout: 5, onnotice() {} });
  try {
    const [row] = await sql`select current_setting('max_connections')::integer as max_connections`;
    return { max_connections: row.max_connections };
  } catch (error) {
    if (/^28/.test((error as { code?: string }).code ?? "")) throw wrongPassword(place);
    return null;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** The URL as libpq reads it: the folder in the query wins over the name in the host's place. */
export function socketUrl(sockets: string, password: string): string {
  return `postgres://${ROLE}:${password}@localhost/${DATABASE}?host=${encodeURIComponent(sockets)}`;
}

/** Removes what a dead postmaster left, so that a pid now used by somebody else stops nobody. */
export async function clearLeftovers(place: Place): Promise<void> {
  const left = [
    join(place.pgdata, "postmaster.pid"),
    join(place.sockets, `.s.PGSQL.${PORT}`),
    join(place.sockets, `.s.PGSQL.${PORT}.lock`),
  ];
  await Promise.all(left.map((path) => Deno.remove(path).catch(() => {})));
}

/** Politely, harder after 20 s and 25 s. Where its data is gone there is nothing to write. */
export async function stopPostmaster(pid: number, place: Place): Promise<void> {
  const steps: [Deno.Signal, number][] = [
    ["SIGINT", 20_000],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ];
  for (const [signal, patience_ms] of await whyLost(place) ? steps.slice(1) : steps) {
    if (!isPostmaster(pid, place)) return;
    try {
      Deno.kill(pid, signal);
    } catch {
      return; // gone between the two lines
    }
    if (await until(() => !isPostmaster(pid, place), patience_ms)) return;
  }
}

/** Asks every 10 ms; returns whether it became true within the time, in milliseconds. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  patience_ms: number,
): Promise<boolean> {
  const deadline = performance.now() + patience_ms;
  while (performance.now() < deadline) {
    if (await isTrue()) return true;
    await pause(10);
  }
  return await isTrue();
}
