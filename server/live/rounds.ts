import { getLogger } from "@logtape/logtape";
import { isConnectionError } from "@/db/client.ts";

const log = getLogger(["agent", "server", "live"]);

/**
 * Runs `round` one at a time. Whoever asks while one runs shares the next one, and waits for it. A
 * round that returns true is followed by another. Never rejects: the poll asks again.
 */
export function rounds(round: () => Promise<boolean | void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  async function run(): Promise<void> {
    next = null;
    try {
      while (await round());
    } catch (error) {
      if (!isConnectionError(error)) log.error("a live round broke: {error}", { error });
    }
    if (!next) current = null;
  }
  const begin = () => current = run();
  return () => current ? next ??= current.then(begin) : begin();
}
