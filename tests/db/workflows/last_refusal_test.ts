/** Who does a step again is told why it failed, and nobody else. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { getTask } from "@/db/tasks.ts";
import { advance } from "@/db/workflows/advance.ts";
import { lastRefusal } from "@/db/workflows/last_refusal.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { type FlowStory, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import { approve } from "@/tests/helpers/made_change.ts";

async function toldNow(db: Database, { workflow_id }: FlowStory) {
  const [{ task_id }] = await db.sql<{ task_id: string }[]>`
    select task_id from tasks where workflow_id = ${workflow_id} and status = 'queued'`;
  return await lastRefusal(db, (await getTask(db, task_id))!);
}

const again = ({ sql }: Database, { workflow_id }: FlowStory) =>
  sql.begin((tx) => advance(tx, workflow_id, { kind: "retry" }));

Deno.test("an executor's next try is told why the one before failed", async () => {
  await using t = await testDatabase();
  const story = await planWaits(t.db);
  await approve(t.db, story);
  assert.equal(await toldNow(t.db, story), null, "the planning step before it did not fail");
  for (const error of ["two.txt is not among them", "three.txt is not among them"]) {
    await stepEnds(t.db, story, { status: "failed", error });
    await again(t.db, story);
    assert.equal(await toldNow(t.db, story), error);
  }
});

Deno.test("why an executor failed is no news for another step", async () => {
  await using t = await testDatabase();
  const story = await planWaits(t.db);
  await approve(t.db, story);
  await stepEnds(t.db, story, { status: "failed", error: "Void", voided: "Somebody changed it" });
  await again(t.db, story);
  assert.equal(await toldNow(t.db, story), null, "this is the planning step");
});
