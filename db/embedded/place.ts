import { setTimeout as pause } from "node:timers/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EmbeddedError } from "./error.ts";
import { POSTGRES_UID } from "./run_as.ts";

export interface Place {
  data_dir: string;
  pgdata: string;
  sockets: string;
  log: string;
  lock: string;
  /** Of our role. Written once the cluster is made, so where this is, a database was. */
  password: string;
}

export const PORT = 5432; // part of the socket's name, nothing listens on it
const SOCKET_PATH_LIMIT = 103; // sun_path holds 104 bytes on macOS, 108 on Linux, with a final NUL

export async function layOut(dir: string): Promise<Place> {
  try {
    // 0711: a run of the CLI under a uid of its own must be able to walk to DATA_DIR/runs/<task>.
    // What is secret in here is 0600 or 0700 itself.
    await Deno.mkdir(dir, { recursive: true, mode: 0o711 });
    const data_dir = await Deno.realPath(dir); // so that two spellings are one place
    const at = (name: string) => join(data_dir, name);
    const [pgdata, log, lock] = [at("pgdata"), at("postgres.log"), at("postgres.lock")];
    const password = at("postgres_password");
    return { data_dir, pgdata, log, lock, password, sockets: await socketFolder(data_dir) };
  } catch (error) {
    throw unusable(dir, error);
  }
}

/** The kernel gives the lock back when its holder dies, so a stale one does not exist. */
export async function lockPlace(place: Place, signal?: AbortSignal): Promise<Disposable> {
  const file = await Deno.open(place.lock, { create: true, write: true, mode: 0o600 })
    .catch((error) => {
      throw unusable(place.data_dir, error);
    });
  for (;;) {
    if (await file.tryLock(true)) return { [Symbol.dispose]: () => file.close() };
    if (signal?.aborted) {
      file.close();
      throw signal.reason;
    }
    await pause(20);
  }
}

function unusable(dir: string, error: unknown): EmbeddedError {
  if (error instanceof EmbeddedError) return error;
  return new EmbeddedError(
    `DATA_DIR (${resolve(dir)}) cannot be used: ${(error as Error).message}. ` +
      "It must be a folder that this user may write to.",
  );
}

async function socketFolder(data_dir: string): Promise<string> {
  const short = `agent-pg-${createHash("sha256").update(data_dir).digest("hex").slice(0, 16)}`;
  const choices = [join(data_dir, "sock"), join(tmpdir(), short), join("/tmp", short)];
  const fits = (dir: string) =>
    new TextEncoder().encode(join(dir, `.s.PGSQL.${PORT}.lock`)).length <= SOCKET_PATH_LIMIT;
  const sockets = choices.find(fits)!;
  await Deno.mkdir(sockets, { mode: 0o700 }).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  if (sockets !== choices[0]) await refuseForeign(sockets);
  return sockets;
}

// In a temp folder anybody may have been faster than we and left a folder, or a link, of his own.
async function refuseForeign(dir: string): Promise<void> {
  const { isDirectory, uid, mode } = await Deno.lstat(dir);
  const ours = uid === Deno.uid() || (Deno.uid() === 0 && uid === POSTGRES_UID);
  if (isDirectory && ours && (mode! & 0o077) === 0) return;
  throw new EmbeddedError(
    `${dir}, the folder for Postgres' socket, belongs to somebody else: remove it, ` +
      "or set DATA_DIR to a shorter path.",
  );
}
