import { getLogger } from "@logtape/logtape";
import { isConnectionError } from "@/db/client.ts";
import { migrate } from "@/db/migrate.ts";
import { pauseFor } from "@/db/process/pause.ts";

const log = getLogger(["agent", "process"]);

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;

/** Waits for Postgres as long as it takes; throws what waiting does not mend. */
export async function migrateWhenThere(url: string, stopping: AbortSignal): Promise<void> {
  for (let pause_ms = FIRST_PAUSE_MS;; pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS)) {
    try {
      await migrate(url);
      if (pause_ms > FIRST_PAUSE_MS) {
        log.info("Postgres is there at {place}", { place: place(url) });
      }
      return;
    } catch (error) {
      if (!isConnectionError(error) || stopping.aborted) throw error;
      if (pause_ms === FIRST_PAUSE_MS) {
        log.warn("waiting for Postgres at {place}, as DATABASE_URL says: {error}", {
          place: place(url),
          error,
        });
      }
      await pauseFor(pause_ms, stopping);
    }
  }
}

function place(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const socket = searchParams.get("host");
  return `${socket ?? `${hostname}:${port || 5432}`}, database ${pathname.slice(1)}`;
}
