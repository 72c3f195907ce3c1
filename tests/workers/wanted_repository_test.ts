import assert from "node:assert/strict";
import { WORKFLOW_PARTS } from "@/db/nouns/step.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { wantedRepository } from "@/workers/run/wanted_repository.ts";

const URLS = { github: "https://github.com" };
const asked = (more: Record<string, unknown> = {}) => ({
  source_metadata: {
    provider: "github",
    repository: "octo/hello",
    number: 7,
    is_pull_request: true,
    ...more,
  },
} as unknown as Workflow["asked"]);

const wanted = (change: Partial<Workflow>, step: "planning" | "executor" = "planning") =>
  wantedRepository(URLS, { source_metadata: {}, step }, {
    repository: { provider: "github", name: "octo/hello", branch: null },
    branch: null,
    base_branch: null,
    head_commit: null,
    class: "change",
    steps: [...WORKFLOW_PARTS],
    asked: asked(),
    ...change,
  })?.ref;

Deno.test("an analysis that is asked for at a pull request reads what that proposes", () => {
  assert.equal(wanted({ class: "analysis" }), "pull/7/head");
  assert.equal(wanted({ class: null, steps: ["planning"] }), "pull/7/head");
  assert.equal(wanted({ class: "analysis", asked: asked({ is_pull_request: false }) }), null);
  assert.equal(wanted({ class: "analysis", asked: asked({ repository: "octo/other" }) }), null);
});

Deno.test("a change is made of the repository's own branches", () => {
  assert.equal(wanted({}), null);
  assert.equal(wanted({}, "executor"), null);
  const main = { provider: "github", name: "octo/hello", branch: "main" };
  assert.equal(wanted({ repository: main, class: "analysis" }), "heads/main");
});
