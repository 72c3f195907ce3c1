import assert from "node:assert/strict";
import { reachedBy } from "@/tests/run/changed.ts";
import { readSources } from "@/tests/layout/source.ts";

const sources = await readSources(["server", "views", "workers", "db", "tests"]);

function reached(...changed: string[]): string[] {
  const found = reachedBy(changed, sources);
  assert.notEqual(found, "all");
  return [...found].filter((path) => /_test\.tsx?$/.test(path)).sort();
}

Deno.test("a change of one view reaches its tests and those that start the server, and no others", () => {
  const tests = reached("views/markdown.ts");
  assert.ok(tests.includes("tests/views/markdown_test.ts"));
  assert.ok(tests.includes("tests/browser/pages_test.ts"));
  assert.ok(!tests.includes("tests/db/tasks_test.ts"));
});

Deno.test("a change of the worker reaches the flows, which start it by its path", () => {
  const tests = reached("workers/main.ts");
  assert.ok(tests.includes("tests/flows/conversation_test.ts"));
  assert.ok(!tests.includes("tests/views/markdown_test.ts"));
});

Deno.test("what is no module reaches those who name its folder or itself", () => {
  assert.ok(reached("db/migrations/0001_spine.sql").includes("tests/db/tasks_test.ts"));
  assert.ok(reached("views/static/app.css").includes("tests/browser/pages_test.ts"));
  assert.ok(reached("compose.yaml").includes("tests/docker_test.ts"));
  assert.ok(!reached("CHANGELOG.md").includes("tests/db/tasks_test.ts"));
});

Deno.test("what every test depends on, and what nobody names, reaches all", () => {
  assert.equal(reachedBy(["deno.lock"], sources), "all");
  assert.equal(reachedBy(["tests/run/jobs.ts"], sources), "all");
  assert.equal(reachedBy([["what", "ever"].join(".")], sources), "all");
});
