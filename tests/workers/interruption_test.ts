import assert from "node:assert/strict";
import type { EndedBy } from "@/workers/claude/run_types.ts";
import { interruptionOf } from "@/workers/run_task.ts";
import type { EndReason } from "@/workers/runs.ts";

const CASES: [EndReason | null, EndedBy, ReturnType<typeof interruptionOf>][] = [
  [null, "cli", null],
  [null, "time", null],
  [null, "output", null],
  [null, "memory", null],
  [null, "spawn", null],
  [null, "killed", "cli_killed"],
  ["stop", "stop", null],
  ["stop", "killed", null],
  ["release", "stop", "worker_stopped"],
  ["release", "spawn", "worker_stopped"],
  ["release", "killed", "cli_killed"],
  ["release", "time", null],
  ["release", "cli", null],
];

for (const [end_reason, ended_by, expected] of CASES) {
  const what = `${end_reason ?? "nobody"} asked for its end, ended by ${ended_by}`;
  Deno.test(`a run is ${expected ?? "an end of its task"}: ${what}`, () => {
    assert.equal(interruptionOf(end_reason, { ended_by }), expected);
  });
}
