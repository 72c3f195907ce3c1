/** Two deliveries at the same moment, one of which has not committed yet. */
import assert from "node:assert/strict";
import { connect, type Database } from "@/db/client.ts";
import { acceptDelivery, type Accepted, type AcceptRecord, acceptWithin } from "@/db/deliveries.ts";
import { getDelivery } from "@/db/deliveries/list.ts";
import { newId } from "@/db/ids.ts";
import { workflowRules } from "@/db/nouns/workflow.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

/** The second comes in while the first is written, and the first commits when the second waits. */
async function atOnce(
  db: Database,
  url: string,
  first: AcceptRecord,
  second: AcceptRecord,
): Promise<Accepted> {
  const other = connect(url, { max: 2 });
  try {
    let is_done = false;
    let accepting: Promise<Accepted> | undefined;
    await db.sql.begin(async (tx) => {
      await acceptWithin(tx, first);
      accepting = acceptDelivery(other, second).finally(() => is_done = true);
      accepting.catch(() => {});
      await untilTrue(async () => is_done || await somebodyWaits(other));
    });
    return await accepting!;
  } finally {
    await other.close();
  }
}

async function somebodyWaits({ sql }: Database): Promise<boolean> {
  const [{ waits }] = await sql<{ waits: boolean }[]>`
    select exists (select from pg_locks where not granted
      and database = (select oid from pg_database where datname = current_database())) as waits`;
  return waits;
}

function fix(flow_id: string): AcceptRecord {
  const record = acceptRecord({ flow_id });
  const workflow_id = newId();
  const [task] = record.tasks;
  Object.assign(task, { command: "fix", workflow_id, step: "brain", round: 1 });
  const [reply] = record.replies;
  record.replies = [];
  record.delivery.commands = [{ name: "fix", matched: true, reason: "asked for" }];
  record.workflows = [{
    workflow_id,
    command: "fix",
    steps: ["brain"],
    asked_by: "github:1",
    repository: null,
    rules: workflowRules.parse({}),
    asked: {
      prompt: "Mend it",
      title: "It broke",
      url: null,
      number: "7",
      by: { provider: "github", id: "1", name: "octocat", email: null },
      trust: "trusted",
      hidden: [],
      description: "",
      source_metadata: {},
    },
    if_refused: [{ ...reply, task_id: null, command: "fix", kind: "comment", body: "It goes on." }],
  }];
  return record;
}

Deno.test("of two that open a workflow the second waits, is refused, and says so", async () => {
  await using t = await testDatabase();
  const late = await atOnce(t.db, t.url, fix("issue"), fix("issue"));
  assert.deepEqual([late.outcome, late.task_ids], ["ignored", []]);
  const delivery = (await getDelivery(t.db, late.delivery_id))!;
  assert.deepEqual(delivery.commands[0], {
    name: "fix",
    matched: false,
    reason: "work on this was asked for meanwhile",
  });
  const replies = await t.db.sql`select body, delivery_id from replies`;
  assert.deepEqual(replies.map((row) => ({ ...row })), [
    { body: "It goes on.", delivery_id: late.delivery_id },
  ]);
  const jobs = await t.db.sql`select name from pgboss.job order by name`;
  assert.deepEqual(jobs.map(({ name }) => name), ["run_task", "send_reply"]);
});

Deno.test("in another flow nobody waits", async () => {
  await using t = await testDatabase();
  const other = await atOnce(t.db, t.url, fix("issue"), fix("another issue"));
  assert.equal(other.outcome, "accepted");
});

Deno.test("in one group the first of a flow is taken; what is over its limit takes no place", async () => {
  await using t = await testDatabase();
  const use = (n: number) => ({
    name: "fix",
    use_key: "fix",
    person: "1",
    hourly_limit: n,
    webhook_hourly_limit: 100,
  });
  await acceptDelivery(t.db, Object.assign(fix("before"), { uses: [use(1)] }));
  const refused = Object.assign(fix("issue"), { uses: [use(1)] });
  const [limited, taken, late] = await Promise.all(
    [refused, fix("issue"), fix("issue")].map((record) => acceptDelivery(t.db, record)),
  );
  assert.deepEqual([limited.outcome, taken.outcome, late.outcome], [
    "ignored",
    "accepted",
    "ignored",
  ]);
  assert.match((await getDelivery(t.db, limited.delivery_id))!.reason!, /uses in an hour/);
});

Deno.test("a ticket and what names it find each other while neither has committed", async () => {
  await using t = await testDatabase();
  const flow = (flow_id: string, external_id: string, ...names: string[]) =>
    Object.assign(acceptRecord({ flow_id }), {
      flow: { flow_id, provider: "x", external_id, title: flow_id, url: null },
      mentions: names.map((name) => ({ name, evidence: `its title names ${name}` })),
    });
  await acceptDelivery(t.db, flow("before", "1#1", "OLD-1"));
  await atOnce(t.db, t.url, flow("ticket", "TEA-12"), flow("pull", "1#7", "TEA-12"));
  await atOnce(t.db, t.url, flow("other pull", "1#8", "TEA-13"), flow("other", "TEA-13"));
  const links = await t.db.sql`select flow_id, linked_flow_id from flow_links order by 1`;
  assert.deepEqual(links.map(({ flow_id, linked_flow_id }) => [flow_id, linked_flow_id]), [
    ["other", "other pull"],
    ["pull", "ticket"],
  ]);
});
