import assert from "node:assert/strict";
import { countLine, findCounts, judge, NOTHING } from "@/tests/run/summary.ts";

Deno.test("the last summary of deno test counts, whatever the tests have printed", () => {
  const printed = "ok | 99 passed | 0 failed (1s)\n" +
    "\x1b[0m\x1b[31mFAILED\x1b[0m | 12 passed (3 steps) | 1 failed (2 steps) | 4 ignored \x1b[90m(3s)\x1b[0m\n\n";
  assert.deepEqual(findCounts(printed), { passed: 12, failed: 1, ignored: 4 });
  assert.deepEqual(findCounts("error: Module not found"), { passed: 0, failed: 0, ignored: 0 });
});

Deno.test("the line that ends a run names what was skipped, and only then", () => {
  assert.equal(countLine({ passed: 3, failed: 0, ignored: 0 }), "3 passed, 0 failed");
  assert.equal(countLine({ passed: 3, failed: 1, ignored: 2 }), "3 passed, 1 failed, 2 skipped");
});

Deno.test("a job that broke, or ran no test although nothing was left out, has failed", () => {
  const whole = { success: true, is_whole: true };
  const four = { passed: 4, failed: 0, ignored: 0 };
  assert.deepEqual(judge(four, whole), four);
  assert.equal(judge(four, { ...whole, success: false }).failed, 1);
  assert.equal(judge({ ...four, failed: 2 }, { ...whole, success: false }).failed, 2);
  assert.equal(judge(NOTHING, whole).failed, 1, "a file that exits while it is loaded");
  assert.equal(judge(NOTHING, { ...whole, is_whole: false }).failed, 0, "--filter left all out");
  assert.equal(judge({ ...NOTHING, ignored: 3 }, whole).failed, 0);
});
