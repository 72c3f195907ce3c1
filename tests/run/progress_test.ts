import assert from "node:assert/strict";
import { estimate, progressLine } from "@/tests/run/progress.ts";

Deno.test("a line says how far the run is, and what failed", () => {
  const counts = { passed: 4, failed: 0, ignored: 0 };
  const ended = { name: "tests/db/tasks_test.ts", counts, seconds: 3.14 };
  assert.equal(
    progressLine(ended, 7, 120, 75),
    "  7/120  tests/db/tasks_test.ts  4 passed  3.1 s  ~1:15 left",
  );
  const failed = { ...ended, counts: { passed: 4, failed: 1, ignored: 2 } };
  assert.match(progressLine(failed, 120, 120, 0), /4 passed, 1 FAILED, 2 skipped {2}3\.1 s$/);
});

Deno.test("the rest takes its share of a core, or as long as its longest job", () => {
  assert.equal(estimate([10, 10, 10, 10], 2), 20);
  assert.equal(estimate([90, 10, 10], 2), 90);
  assert.equal(estimate([], 2), 0);
});
