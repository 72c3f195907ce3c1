/** What an executor works on is the commit that was approved, or one of our own that followed. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { C1, FOREIGN, pullRequestWaits, standing } from "@/tests/helpers/made_change.ts";
import { branchHead, whyVoid } from "@/workers/run/branch_head.ts";
import type { Running } from "@/workers/run/running.ts";
import type { Worker } from "@/workers/worker.ts";

const BRANCH = "agent/7-greeting";

const at = (branch: string | null, ref: string, head: string) =>
  branchHead({ workflow: { branch }, workspace: { ref, head } } as Running);

Deno.test("a branch that is not at the host has no head, whatever was checked out instead", () => {
  assert.equal(at(BRANCH, BRANCH, C1), C1);
  assert.equal(at(BRANCH, "trunk", C1), null, "its first push was lost");
  assert.equal(at(null, "trunk", C1), null);
  assert.equal(branchHead({ workflow: null, workspace: null }), null);
});

Deno.test("an executor begins on what the plan was written on, or on a commit of ours", async () => {
  await using t = await testDatabase();
  const story = await pullRequestWaits(t.db);
  const workflow = await standing(t.db, story);
  const why = (db: Database, head: string, planned_on: string | null, step = "executor") =>
    whyVoid({ db } as Worker, {
      task: { step },
      workflow: { ...workflow, planned_on },
      workspace: { ref: BRANCH, head },
      run: { ending: new AbortController().signal },
    } as Running);
  assert.equal(await why(t.db, C1, C1), null);
  assert.equal(await why(t.db, C1, null), null, "a later round");
  assert.equal(await why(t.db, FOREIGN, FOREIGN), null, "planned and approved on it");
  assert.match((await why(t.db, FOREIGN, C1))!, /which the plan was not written on/);
  assert.match((await why(t.db, FOREIGN, null))!, /which is none of ours/);
  assert.match((await why(t.db, C1, FOREIGN))!, /was not written on/, "it was taken back");
  assert.equal(await why(t.db, FOREIGN, C1, "planning"), null);
});
