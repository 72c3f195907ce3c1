/** People are told again of a plan that waits: once for each time that is due. */
import assert from "node:assert/strict";
import { remindOfApprovals } from "@/db/approvals/remind.ts";
import type { Database } from "@/db/client.ts";
import type { Reply } from "@/db/nouns/reply.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { waitingPlan } from "@/tests/helpers/workflows.ts";

const TARGET = { team: null, channel: "C0RELEASES", thread_ts: null };
const NOTICE = { provider: "slack", target: TARGET, is_source: false };
const below = (_: string, target: Record<string, unknown>, id: string) => ({
  ...target,
  below: id,
});

/** As if the plan had been written that long ago. */
const age = async ({ sql }: Database, hours: number) =>
  await sql`
    update approvals set requested_at = now() - ${hours} * interval '1 hour',
      next_reminder_at = next_reminder_at - (requested_at - (now() - ${hours} * interval '1 hour'))`;

const reminders = async ({ sql }: Database) =>
  await sql<Reply[]>`
    select * from replies where workflow_id is not null and notice is null order by reply_id`;

const next = async ({ sql }: Database) =>
  (await sql<{ hours: number | null }[]>`
    select extract(epoch from next_reminder_at - requested_at)::float8 / 3600 as hours
    from approvals`).map(({ hours }) => hours);

Deno.test("after 4 hours and after 24, and never in between", async () => {
  await using t = await testDatabase();
  const { approval_id } = await waitingPlan(t.db, {
    rules: { public_url: "https://agent.example.org" },
  });
  await age(t.db, 3.9);
  assert.deepEqual(await remindOfApprovals(t.db), []);
  await age(t.db, 4.1);
  assert.deepEqual(await remindOfApprovals(t.db), [approval_id]);
  assert.deepEqual(await remindOfApprovals(t.db), []);
  assert.deepEqual(await next(t.db), [24]);
  await age(t.db, 23.9);
  assert.deepEqual(await remindOfApprovals(t.db), []);
  await age(t.db, 24.1);
  assert.deepEqual(await remindOfApprovals(t.db), [approval_id]);
  assert.deepEqual(await next(t.db), [null]);
  const [first, second, ...more] = await reminders(t.db);
  assert.deepEqual(more, []);
  assert.match(first.body, /still waits.*“Mend the greeting”.*4 hours ago.*expires on 20/);
  assert.ok(first.body.endsWith(`: https://agent.example.org/approvals/${approval_id}`));
  assert.match(second.body, /24 hours ago/);
  assert.deepEqual([first.provider, first.kind, first.status], ["github", "comment", "pending"]);
  const jobs = await t.db.sql`
    select from pgboss.job where name = 'send_reply' and data ->> 'id' = ${first.reply_id}`;
  assert.equal(jobs.length, 1);
});

Deno.test("many workers that look at once say it once", async () => {
  await using t = await testDatabase();
  await waitingPlan(t.db);
  await waitingPlan(t.db);
  await age(t.db, 5);
  const answers = await Promise.all([1, 2, 3, 4].map(() => remindOfApprovals(t.db)));
  assert.equal(answers.flat().length, 2);
  assert.equal((await reminders(t.db)).length, 2);
});

Deno.test("what cannot be said moves nothing on: the next look says it", async () => {
  await using t = await testDatabase();
  await waitingPlan(t.db, { rules: { notice: NOTICE } });
  await t.db.sql`update replies set outside_id = 'C1:1.2' where notice = 'notice'`;
  await age(t.db, 5);
  const dies = () => {
    throw new Error("the worker ends here");
  };
  await assert.rejects(remindOfApprovals(t.db, dies), /ends here/);
  assert.deepEqual([(await reminders(t.db)).length, await next(t.db)], [0, [4]]);
  assert.equal((await remindOfApprovals(t.db, below)).length, 1);
  assert.equal((await reminders(t.db)).length, 2);
});

Deno.test("it is said where it was asked for, and below the message that tells of it", async () => {
  await using t = await testDatabase();
  await waitingPlan(t.db, { rules: { notice: NOTICE } });
  await t.db.sql`update replies set outside_id = 'C1:1.2' where notice = 'notice'`;
  await age(t.db, 5);
  await remindOfApprovals(t.db, below);
  const said = await reminders(t.db);
  assert.deepEqual(said.map(({ provider }) => provider), ["github", "slack"]);
  assert.equal(said[1].target.below, "C1:1.2");
});

Deno.test("in one place it is said once; before its message is out, at that place", async () => {
  await using t = await testDatabase();
  await waitingPlan(t.db, { rules: { notice: { ...NOTICE, is_source: true } } });
  await age(t.db, 5);
  await remindOfApprovals(t.db, below);
  const said = await reminders(t.db);
  assert.deepEqual(said.map(({ provider, target }) => [provider, target]), [["slack", TARGET]]);
});

Deno.test("what became due while nobody looked is one reminder", async () => {
  await using t = await testDatabase();
  await waitingPlan(t.db, { rules: { reminders_hours: [24, 4, 8] } });
  assert.deepEqual(await next(t.db), [4]);
  await age(t.db, 9);
  await remindOfApprovals(t.db);
  assert.deepEqual([(await reminders(t.db)).length, await next(t.db)], [1, [24]]);
});

Deno.test("nobody is reminded of what is decided, over, or not to be reminded of", async () => {
  await using t = await testDatabase();
  const { approval_id } = await waitingPlan(t.db);
  const { approval_id: late } = await waitingPlan(t.db);
  await waitingPlan(t.db, { rules: { reminders_hours: [] } });
  await age(t.db, 5);
  await t.db.sql`
    update approvals set status = 'approved', decided_at = now()
    where approval_id = ${approval_id}`;
  await t.db.sql`update approvals set expires_at = now() where approval_id = ${late}`;
  assert.deepEqual(await remindOfApprovals(t.db), []);
  assert.equal((await reminders(t.db)).length, 0);
});
