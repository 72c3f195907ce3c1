import { getLogger } from "@logtape/logtape";
import { type Embedded, type EmbeddedError, startEmbedded, stopEmbedded } from "@/db/embedded.ts";
import type { StartConfig } from "@/server/config.ts";
import { lockDataDir } from "./lock.ts";

const log = getLogger(["agent", "start"]);
const CHECK_EVERY_MS = Deno.build.os === "linux" ? 100 : 500; // elsewhere each check starts a `ps`
const CHECKS_PER_MINUTE = 60_000 / CHECK_EVERY_MS;

/** The embedded Postgres, started again whenever it dies. Its URL stays the same. */
export interface WatchedDatabase {
  url: string;
  /** Resolves when its data is gone: then it is neither started again nor made anew. */
  lost: Promise<EmbeddedError>;
  stop(): Promise<void>;
}

export interface WatchOptions {
  max_connections: number;
  /** Ends the first start. */
  signal: AbortSignal;
}

/** Throws EmbeddedError, or the signal's reason, when the first start fails; nothing runs then. */
export async function watchEmbedded(
  data_dir: string,
  { max_connections, signal }: WatchOptions,
): Promise<WatchedDatabase> {
  const settings = { max_connections: String(max_connections) };
  let postgres: Embedded = await startEmbedded(data_dir, { settings, signal });
  const lost = Promise.withResolvers<EmbeddedError>();
  const over = new AbortController();
  let checks = 0;

  async function check(): Promise<void> {
    if (++checks % CHECKS_PER_MINUTE === 0) await postgres.boundLog();
    const why = await postgres.whyLost();
    if (why) return end(why);
    if (postgres.running()) return;
    log.warn("Postgres (process {pid}) is gone: it is started again", { pid: postgres.pid });
    postgres = await startEmbedded(data_dir, { settings, signal: over.signal, must_exist: true });
  }

  let logged: string | null = null;
  let checking: Promise<void> | null = null;
  const timer = setInterval(() => {
    checking ??= check()
      .then(() => {
        logged = null;
      }, (error) => {
        // While a disk is full every check fails alike: it is logged once.
        if (over.signal.aborted || logged === error.message) return;
        logged = error.message;
        log.error("Postgres: {message}", { message: error.message });
      })
      .finally(() => checking = null);
  }, CHECK_EVERY_MS);

  function end(why: EmbeddedError): void {
    clearInterval(timer);
    lost.resolve(why);
  }

  return {
    url: postgres.url,
    lost: lost.promise,
    stop: async () => {
      clearInterval(timer);
      over.abort();
      await checking;
      await postgres.stop();
    },
  };
}

/** Ends a Postgres that a killed `start` left in DATA_DIR, unless another `start` holds it. */
export async function endLeftover({ database_url, data_dir, public_url }: StartConfig) {
  if (database_url) return;
  using lock = await lockDataDir(data_dir, public_url).catch(() => null);
  if (lock) await stopEmbedded(data_dir);
}
