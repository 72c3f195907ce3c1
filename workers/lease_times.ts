import { LEASE_SECONDS } from "@/db/machines.ts";

const before_its_end = (seconds: number) => (LEASE_SECONDS - seconds) * 1000;

/**
 * When the runs of a worker end whose signs of life do not arrive, counted from the last that did:
 * all of it before the lease is over and another worker may take the tasks.
 */
export const LEASE_TIMES = {
  heartbeat_ms: 5_000,
  /** The worker ends them itself. */
  silence_ms: before_its_end(5),
  /** Its guard does, since the worker hangs, was stopped, or slept with the machine. */
  guard_ms: before_its_end(3),
};
