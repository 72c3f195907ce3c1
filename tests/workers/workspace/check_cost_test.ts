/** What a run leaves cannot keep the check of its commit busy for ever. */
import assert from "node:assert/strict";
import { createRedactor } from "@/db/process/redact.ts";
import { assertLinear } from "@/tests/helpers/cpu_time.ts";
import { namesIn } from "@/workers/workspace/ci_files.ts";
import { contentProblems } from "@/workers/workspace/content_problems.ts";
import { globsOf } from "@/workers/workspace/globs.ts";

const redactor = createRedactor([]);

Deno.test("markers of conflicts that never end take time in proportion to their length", async () => {
  const units = [
    "<<<<<<<\n",
    "<<<<<<<\n=======\n",
    "=======\n>>>>>>>\n",
    "<<<<<<< ",
    "=======\r\n",
  ];
  for (const unit of units) {
    const textOf = (length: number) => `${unit.repeat(length / unit.length)}\n>>>>>>>x`;
    const work = (length: number) => contentProblems(textOf(length), "", redactor);
    await assertLinear(JSON.stringify(unit), work, [5_000, 50_000]);
  }
});

Deno.test("names in a CI file take time in proportion to its length", async () => {
  for (const unit of ["a", "*", "/", "a.yml", ".yml.", "a.yml "]) {
    const work = (length: number) => namesIn(unit.repeat(length));
    await assertLinear(JSON.stringify(unit), work, [5_000, 50_000]);
  }
});

Deno.test("a glob is compared with a path in no time, however many stars it has", () => {
  for (const star of ["*a", "**a", "*/", "**/"]) {
    const isOne = globsOf([`${star.repeat(200)}.yml`]);
    assert.equal(isOne("a".repeat(1000)), false);
  }
});

Deno.test("a glob means what it means to GitLab", () => {
  const isOne = globsOf(["ci/*.yml", "templates/**.yaml", "**/jobs/*.yml", "a+b.yml"]);
  const yes = ["ci/a.yml", "ci/.yml", "templates/a.yaml", "templates/a/b.yaml", "x/y/jobs/z.yml"];
  const no = ["ci/a/b.yml", "ci/a.yaml", "templates.yaml", "jobs/z.yml", "aab.yml", "xci/a.yml"];
  assert.deepEqual(yes.concat("a+b.yml").filter((path) => !isOne(path)), []);
  assert.deepEqual(no.filter(isOne), []);
});

Deno.test("where there are more globs than anybody writes, every file belongs to the checks", () => {
  assert.equal(globsOf(Array.from({ length: 500 }, (_, n) => `*/${n}.yml`))("src/a.txt"), true);
});
