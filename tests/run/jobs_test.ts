import assert from "node:assert/strict";
import { readArguments } from "@/tests/run/arguments.ts";
import { findTestFiles, planJobs } from "@/tests/run/jobs.ts";

Deno.test("every test file is in exactly one job, and the longest job is first", async () => {
  const files = await findTestFiles([]);
  assert.ok(files.length > 150 && files.includes("tests/run/jobs_test.ts"));
  const slow = "tests/layout_test.ts";
  const jobs = planJobs(files, (name) => name === slow ? 90 : 3);
  assert.equal(jobs[0].name, slow);
  assert.deepEqual(jobs.flatMap((job) => job.files).sort(), files);
});

Deno.test("files and folders are named from the root; what names no test is an error", async () => {
  assert.deepEqual(await findTestFiles(["./tests/layout_test.ts"]), ["tests/layout_test.ts"]);
  assert.ok((await findTestFiles(["tests/views/"])).length > 3);
  await assert.rejects(findTestFiles(["tests/nothing_test.ts"]), /nothing_test/);
});

Deno.test("what is ours and what is for deno test is told apart", () => {
  assert.deepEqual(readArguments(["tests/db", "--filter", "one task", "--changed"]), {
    wanted: ["tests/db"],
    changed_since: "",
    flags: ["--filter", "one task"],
    is_whole: false,
  });
  assert.equal(readArguments(["--changed=HEAD"]).changed_since, "HEAD");
  assert.equal(readArguments([]).changed_since, null);
});
