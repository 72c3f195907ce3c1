/** What ends the work ends what runs of it, once. */
import assert from "node:assert/strict";
import { changesOf } from "@/db/changes.ts";
import { changeDone, changeFailed } from "@/db/changes/sending.ts";
import type { Database } from "@/db/client.ts";
import { openWorkOf } from "@/db/flows/open_work.ts";
import { claimOf, claimTask, finishTask } from "@/db/tasks/run.ts";
import { advance } from "@/db/workflows/advance.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { flowAsked, type FlowStory, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import {
  approve,
  BEN,
  C1,
  C2,
  changeGoesOut,
  executorEnds,
  pullRequestWaits,
  standing,
  taken,
  told,
} from "@/tests/helpers/made_change.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import { liveWorker, NOTHING_USED } from "@/tests/helpers/records.ts";

const giveUp = ({ sql }: Database, { workflow_id }: FlowStory) =>
  sql.begin((tx) => advance(tx, workflow_id, { kind: "give_up", by: "ann" }));
const retry = ({ sql }: Database, { workflow_id }: FlowStory) =>
  sql.begin((tx) => advance(tx, workflow_id, { kind: "retry" }));

/** The step that is queued runs now. */
async function runs(db: Database, { workflow_id }: FlowStory) {
  const worker_id = await liveWorker(db);
  const [{ task_id }] = await db.sql<{ task_id: string }[]>`
    select task_id from tasks where workflow_id = ${workflow_id} and status = 'queued'`;
  return (await claimTask(db, { task_id, worker_id, machine_id: "m1" }))!;
}

const ends = (db: Database, task: NonNullable<Awaited<ReturnType<typeof runs>>>) =>
  finishTask(db, claimOf(task), {
    status: "completed",
    output: "done",
    error: null,
    usage: NOTHING_USED,
    result: PLAN,
  });

const task = async ({ sql }: Database, task_id: string) =>
  (await sql`
    select status, stop_requested_at is not null as stopping, error from tasks
    where task_id = ${task_id}`)[0];

const red = (commit: string, failed = "lint") =>
  [
    { kind: "checks", commit, conclusion: "failure" } as const,
    { commit, state: "red", failed } as const,
  ] as const;
const green = (commit: string) =>
  [
    { kind: "checks", commit, conclusion: "success" } as const,
    { commit, state: "green", failed: "" } as const,
  ] as const;

Deno.test("work that is given up while a step runs ends with that step, by one press", async () => {
  await using t = await testDatabase();
  const story = await flowAsked(t.db);
  const running = await runs(t.db, story);
  assert.equal((await giveUp(t.db, story))!.outcome.do, "stop");
  assert.equal((await task(t.db, running.task_id)).stopping, true);
  assert.equal((await standing(t.db, story)).giving_up_by, "ann");
  await ends(t.db, running);
  const { status, end_text } = await standing(t.db, story);
  assert.deepEqual([status, end_text], ["stopped", "Given up by ann."]);
});

Deno.test("with a pull request it is closed as soon as the step has ended", async () => {
  await using t = await testDatabase();
  const story = await pullRequestWaits(t.db);
  await told(t.db, story, { kind: "asked_again", note: "more", person: BEN });
  const running = await runs(t.db, story);
  await giveUp(t.db, story);
  await ends(t.db, running);
  const [last] = (await changesOf(t.db, story.workflow_id)).slice(-1);
  assert.deepEqual([last.kind, last.status], ["close", "pending"]);
  const closed = { kind: "closed", number: 8, commit: null } as const;
  assert.match(await told(t.db, story, closed), /given up/, "that is our own deed");
  await changeGoesOut(t.db, story);
  assert.equal((await standing(t.db, story)).status, "stopped");
});

for (const order of ["before", "while"] as const) {
  Deno.test(`another try at a change is not waited for: given up ${order} it is sent`, async () => {
    await using t = await testDatabase();
    const { flow_id, workflow_id } = await planWaits(t.db);
    const story = { flow_id, workflow_id };
    await approve(t.db, story);
    await executorEnds(t.db, story);
    const { sending, change } = await taken(t.db, story);
    const failure = { error: "503", retry_after_seconds: 1800 };
    if (order === "before") await changeFailed(t.db, sending, change, failure);
    const { outcome } = (await giveUp(t.db, story))!;
    assert.equal(outcome.do, order === "before" ? "change" : "stop");
    if (order === "while") await changeFailed(t.db, sending, change, failure);
    const [publish, close] = await changesOf(t.db, workflow_id);
    assert.equal(publish.status, "failed");
    assert.deepEqual([close.kind, close.status], ["close", "pending"]);
  });
}

Deno.test("a change that ends while the work is given up is followed by its closing", async () => {
  await using t = await testDatabase();
  const { flow_id, workflow_id } = await planWaits(t.db);
  const story = { flow_id, workflow_id };
  await approve(t.db, story);
  await executorEnds(t.db, story);
  const { sending, change } = await taken(t.db, story);
  await giveUp(t.db, story);
  await changeDone(t.db, sending, change);
  const steps = await t.db.sql`select from tasks where workflow_id = ${workflow_id}
    and step = 'verifier'`;
  assert.equal(steps.count, 0);
  assert.equal((await changesOf(t.db, workflow_id)).at(-1)!.kind, "close");
});

Deno.test("a merge ends what runs, what waits for its turn, and what was to go out", async () => {
  await using t = await testDatabase();
  for (const begins of [true, false]) {
    const story = await pullRequestWaits(t.db, { number: begins ? 1 : 2 });
    await told(t.db, story, ...red(C1));
    const [{ task_id }] = await t.db.sql<{ task_id: string }[]>`
      select task_id from tasks where workflow_id = ${story.workflow_id} and status = 'queued'`;
    const running = begins ? await runs(t.db, story) : null;
    await told(t.db, story, { kind: "merged", number: 8, commit: null });
    assert.equal((await standing(t.db, story)).status, "done");
    const { status, stopping } = await task(t.db, task_id);
    assert.deepEqual([status, stopping], [begins ? "running" : "cancelled", true]);
    if (running) {
      assert.equal((await ends(t.db, running))!.status, "cancelled");
      assert.equal((await standing(t.db, story)).status, "done");
    }
  }
});

Deno.test("a red that was there before a person looked, or a green, is no second one", async () => {
  await using t = await testDatabase();
  const story = await pullRequestWaits(t.db);
  const nextRound = async (commit: string) => {
    await executorEnds(t.db, story, commit);
    await changeGoesOut(t.db, story);
    const passes = { passes: true, summary: "Right.", checked: [], findings: [] };
    await stepEnds(t.db, story, { result: passes });
    await changeGoesOut(t.db, story);
  };
  await told(t.db, story, ...red(C1));
  await nextRound(C2);
  await told(t.db, story, ...green(C2));
  assert.match(await told(t.db, story, ...red(C2)), /step executor/, "green came in between");
  await nextRound("3".repeat(40));
  await told(t.db, story, ...red("3".repeat(40)));
  assert.equal((await standing(t.db, story)).failed_step, "checks", "now it is the same twice");
  await retry(t.db, story);
  const workflow = await standing(t.db, story);
  assert.deepEqual([workflow.failed_checks, workflow.round], [null, 1]);
  assert.deepEqual(workflow.findings.map(({ text }) => text), ["Failed checks: lint"]);
});

Deno.test("checks that became red while a step ran are seen to behind it", async () => {
  await using t = await testDatabase();
  const { flow_id, workflow_id } = await planWaits(t.db);
  const story = { flow_id, workflow_id };
  await approve(t.db, story);
  await executorEnds(t.db, story);
  await changeGoesOut(t.db, story);
  assert.match(await told(t.db, story, ...red(C1)), /work is going on/);
  await stepEnds(t.db, story, {
    result: { passes: true, summary: "Right.", checked: [], findings: [] },
  });
  await changeGoesOut(t.db, story);
  const workflow = await standing(t.db, story);
  assert.deepEqual([workflow.status, workflow.round], ["running", 2]);
  assert.deepEqual(workflow.findings.map(({ text }) => text), ["Failed checks: lint"]);
});

Deno.test("findings of an earlier plan are not told to who carries out a later one", async () => {
  await using t = await testDatabase();
  const story = await pullRequestWaits(t.db);
  await told(t.db, story, ...red(C1));
  await executorEnds(t.db, story, C2);
  await changeGoesOut(t.db, story);
  const passes = { passes: true, summary: "Right.", checked: [], findings: [] };
  await stepEnds(t.db, story, { result: passes });
  await changeGoesOut(t.db, story);
  await told(t.db, story, { kind: "asked_again", note: "more", person: BEN });
  await stepEnds(t.db, story, { result: PLAN, planned_on: C2 });
  await approve(t.db, story);
  assert.deepEqual((await standing(t.db, story)).findings, []);
});

Deno.test("a step that ends while a merge ends its work waits for it in no circle", async () => {
  await using t = await testDatabase();
  for (let number = 1; number <= 10; number++) {
    const story = await pullRequestWaits(t.db, { number });
    await told(t.db, story, { kind: "asked_again", note: "more", person: BEN });
    const running = await runs(t.db, story);
    const both = [
      ends(t.db, running),
      told(t.db, story, { kind: "merged", number: 8, commit: null }),
    ];
    assert.deepEqual(
      (await Promise.allSettled(both)).map(({ status }) => status),
      ["fulfilled", "fulfilled"],
    );
    const { status } = await standing(t.db, story);
    assert.equal(status, "done");
    const open = await t.db.sql`
      select from tasks where workflow_id = ${story.workflow_id} and completed_at is null`;
    assert.equal(open.count, 0);
  }
});

Deno.test("checks that end before the pull request is known are not lost", async () => {
  await using t = await testDatabase();
  const { flow_id, workflow_id } = await planWaits(t.db);
  const story = { flow_id, workflow_id };
  await t.db.sql`update workflows set repository = '{"provider": "github", "name": "octo/hello",
    "branch": null}'`;
  await approve(t.db, story);
  await executorEnds(t.db, story);
  const named = { provider: "github", flow_id: null, repository: "octo/hello", number: null };
  assert.equal(await openWorkOf(t.db, { ...named, commit: C1 }), flow_id);
  assert.equal(await openWorkOf(t.db, { ...named, repository: "eve/hello", commit: C1 }), null);
  assert.match(await told(t.db, story, ...red(C1)), /red, which counts once/);
  await changeGoesOut(t.db, story);
  const passes = { passes: true, summary: "Right.", checked: [], findings: [] };
  await stepEnds(t.db, story, { result: passes });
  await changeGoesOut(t.db, story);
  assert.equal((await standing(t.db, story)).round, 2);
});
