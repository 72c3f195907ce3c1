import { isConnectionError } from "@/db/client.ts";

/** Tries again while connections that were cut are still in the pool. */
export async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      const done = await attempt();
      if (!(typeof done === "object" && done && "status" in done && done.status === 503)) {
        return done;
      }
    } catch (error) {
      if (!isConnectionError(error) || tries === 50) throw error;
    }
  }
}
