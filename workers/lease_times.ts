import { LEASE_SECONDS } from "@/db/machines.ts";

const before_its_end = (seconds: number) => (LEASE_SECONDS - seconds) * 1000;

/** All before the lease is over and another worker may take the tasks. */
export const LEASE_TIMES = {
  heartbeat_ms: 5_000,
  silence_ms: before_its_end(5),
  /** The worker hangs, was stopped, or slept with the machine. */
  guard_ms: before_its_end(3),
};
