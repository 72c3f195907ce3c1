/** A fault in what follows comes to an end, with its reason, and keeps nothing else waiting. */
import assert from "node:assert/strict";
import { expireApprovals } from "@/db/approvals/close.ts";
import { giveUpLostCommits } from "@/db/changes/lost.ts";
import { changeDone } from "@/db/changes/sending.ts";
import type { Database } from "@/db/client.ts";
import { followNews } from "@/db/flow_news.ts";
import { newId } from "@/db/ids.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { flowAsked, type FlowStory, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import { approve, executorEnds, standing, taken } from "@/tests/helpers/made_change.ts";
import { PLAN } from "@/tests/helpers/plans.ts";

/** No version wrote such a row: all that reads it throws. */
const spoiled = ({ sql }: Database, { workflow_id }: FlowStory) =>
  sql`update workflows set rules = '"none"' where workflow_id = ${workflow_id}`;

Deno.test("a fault in what follows a step fails the work with its reason, and the step has ended", async () => {
  await using t = await testDatabase();
  for (const status of ["completed", "failed"] as const) {
    const story = await flowAsked(t.db, { number: status === "failed" ? 1 : 2 });
    await spoiled(t.db, story);
    const { task_id } = await stepEnds(t.db, story, { status, error: "e", result: PLAN });
    const [task] = await t.db.sql`select status from tasks where task_id = ${task_id}`;
    assert.equal(task.status, status);
    const [row] = await t.db.sql`
      select status, failed_step, error from workflows where workflow_id = ${story.workflow_id}`;
    assert.deepEqual([row.status, row.failed_step], ["failed", "planning"]);
    assert.match(row.error, /What follows could not be done/);
  }
});

Deno.test("a change or an approval whose work cannot be read keeps no other one from its end", async () => {
  await using t = await testDatabase();
  const stories: FlowStory[] = [];
  for (const number of [1, 2]) {
    const { flow_id, workflow_id } = await planWaits(t.db, { number });
    stories.push({ flow_id, workflow_id });
  }
  await t.db.sql`update workflows set rules = '"none"' where workflow_id = ${
    stories[0].workflow_id
  }`;
  await t.db.sql`update approvals set expires_at = now()`;
  assert.equal((await expireApprovals(t.db)).length, 2);
  assert.equal((await standing(t.db, stories[1])).status, "stopped");

  const lost: FlowStory[] = [];
  for (const number of [3, 4]) {
    const { flow_id, workflow_id } = await planWaits(t.db, { number });
    const story = { flow_id, workflow_id };
    await approve(t.db, story);
    await executorEnds(t.db, story);
    lost.push(story);
  }
  await t.db.sql`update changes set machine_id = 'gone', created_at = now() - interval '1 hour'`;
  await t.db.sql`update changes set files = '"none"', stage = 'push'`;
  await spoiled(t.db, lost[0]);
  assert.equal((await giveUpLostCommits(t.db)).length, 2);
  assert.equal((await standing(t.db, lost[1])).failed_step, "executor");
  assert.deepEqual(await giveUpLostCommits(t.db), []);
});

Deno.test("a change that went out is over, whatever follows", async () => {
  await using t = await testDatabase();
  const { flow_id, workflow_id } = await planWaits(t.db);
  const story = { flow_id, workflow_id };
  await approve(t.db, story);
  await executorEnds(t.db, story);
  const { sending, change } = await taken(t.db, story);
  await spoiled(t.db, story);
  await changeDone(t.db, sending, change);
  const [row] = await t.db.sql`select status from changes where workflow_id = ${workflow_id}`;
  assert.equal(row.status, "done");
  const [work] = await t.db.sql`select failed_step from workflows`;
  assert.equal(work.failed_step, "publish");
});

Deno.test("news that meet a fault are looked at once", async () => {
  await using t = await testDatabase();
  const story = await flowAsked(t.db);
  await spoiled(t.db, story);
  const news_id = newId();
  await t.db.sql`
    insert into flow_news (news_id, flow_id, delivery_id, provider, kind, data)
    values (${news_id}, ${story.flow_id}, ${newId()}, 'github', 'merged',
      '{"number": 8, "commit": null}')`;
  assert.match((await followNews(t.db, news_id))!, /^It met a fault: /);
  assert.equal(await followNews(t.db, news_id), null);
});
