import { getLogger } from "@logtape/logtape";
import { isConnectionError } from "@/db/client.ts";

const log = getLogger(["agent", "server", "live"]);

/** One run at a time, repeated while true; callers meanwhile share the next. Never rejects. */
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
