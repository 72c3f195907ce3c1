import { getLogger } from "@logtape/logtape";
import { type Embedded, startEmbedded } from "@/db/embedded.ts";

const log = getLogger(["agent", "start"]);
const LOOK_EVERY_MS = 500;
const LOOKS_PER_MINUTE = 60_000 / LOOK_EVERY_MS;

/** The embedded Postgres, started again whenever it dies. Its URL stays the same. */
export interface WatchedDatabase {
  url: string;
  stop(): Promise<void>;
}

/** Takes DATA_DIR. Throws EmbeddedError when it does not come up the first time. */
export async function watchEmbedded(data_dir: string): Promise<WatchedDatabase> {
  let postgres: Embedded = await startEmbedded(data_dir);
  let looks = 0;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    if (++looks % LOOKS_PER_MINUTE === 0) await postgres.boundLog();
    if (postgres.running()) return;
    log.warn("Postgres (process {pid}) is gone: it is started again", { pid: postgres.pid });
    postgres = await startEmbedded(data_dir);
  }

  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = look()
      .catch((error) => log.error("Postgres: {message}", { message: (error as Error).message }))
      .finally(() => busy = false);
  }, LOOK_EVERY_MS);

  return {
    url: postgres.url,
    stop: async () => {
      clearInterval(timer);
      await looking;
      await postgres.stop();
    },
  };
}
