import { getLogger } from "@logtape/logtape";
import { isConnectionError } from "@/db/client.ts";

const log = getLogger(["agent", "server", "live"]);

/**
 * Runs `round` one at a time: whoever asks while one runs gets one more afterwards, which all who
 * asked meanwhile share. A round may ask for another by returning true. Errors end it: a lost
 * Postgres is no surprise, and the poll asks again.
 */
export function rounds(round: () => Promise<boolean | void>): () => void {
  let running = false;
  let again = false;
  async function run(): Promise<void> {
    running = true;
    try {
      do {
        again = false;
        if (await round()) again = true;
      } while (again);
    } catch (error) {
      if (!isConnectionError(error)) log.error("a live round broke: {error}", { error });
    } finally {
      running = false;
    }
  }
  return () => {
    if (running) again = true;
    else void run();
  };
}
