import assert from "node:assert/strict";
import { NOTHING_USED } from "@/tests/helpers/records.ts";
import { remainingLimits } from "@/workers/run/running.ts";

const LIMITS = { timeout_seconds: 60, max_usd: 5, max_turns: 10, max_output_bytes: 1 };

Deno.test("the limits of a task are for all its attempts together", () => {
  assert.deepEqual(remainingLimits(LIMITS, NOTHING_USED), LIMITS);
  const used = { ...NOTHING_USED, cost_usd: 3, num_turns: 4 };
  assert.deepEqual(remainingLimits(LIMITS, used), { ...LIMITS, max_usd: 2, max_turns: 6 });
  const spent = { ...NOTHING_USED, cost_usd: 7, num_turns: 12 };
  assert.deepEqual(remainingLimits(LIMITS, spent), { ...LIMITS, max_usd: 0.01, max_turns: 1 });
  const unlimited = { ...LIMITS, max_usd: null, max_turns: null };
  assert.deepEqual(remainingLimits(unlimited, spent), unlimited);
});
