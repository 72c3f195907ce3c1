/** What comes in about a pull request of ours belongs to the flow that made it. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { acceptDelivery, type AcceptRecord, acceptWithin } from "@/db/deliveries.ts";
import { getDelivery, listDeliveries } from "@/db/deliveries/list.ts";
import { newId } from "@/db/ids.ts";
import { openQuestion } from "@/db/questions.ts";
import { notedBy } from "@/db/replies/noted.ts";
import { getTask } from "@/db/tasks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";

async function madeBy(db: Database, flow_id: string, alias_flow_id: string): Promise<void> {
  await acceptDelivery(db, acceptRecord({ flow_id }));
  await db.sql`insert into flow_aliases ${db.sql({ alias_flow_id, flow_id })}`;
}

const about = (flow_id: string, change: Partial<AcceptRecord> = {}): AcceptRecord =>
  Object.assign(acceptRecord({ flow_id }), { may_be_alias: true }, change);

Deno.test("a comment on our pull request goes on with the flow and its conversation", async () => {
  await using t = await testDatabase();
  await madeBy(t.db, "issue", "pull");
  const { delivery_id, task_ids } = await acceptDelivery(t.db, about("pull"));
  assert.equal((await getDelivery(t.db, delivery_id))!.flow_id, "issue");
  const task = (await getTask(t.db, task_ids[0]))!;
  const [flow] = await t.db.sql`select conversation_id from flows where flow_id = 'issue'`;
  assert.deepEqual([task.flow_id, task.conversation_id], ["issue", flow.conversation_id]);
  const flows = await t.db.sql`select flow_id from flows`;
  assert.deepEqual(flows.map(({ flow_id }) => flow_id), ["issue"]);
});

Deno.test("beside it, what is about anything else stays with its own", async () => {
  await using t = await testDatabase();
  await madeBy(t.db, "issue", "pull");
  const others = [about("pull"), about("other"), acceptRecord({ flow_id: "third" })];
  const accepted = await Promise.all(others.map((record) => acceptDelivery(t.db, record)));
  const flows = await Promise.all(
    accepted.map(async ({ delivery_id }) => (await getDelivery(t.db, delivery_id))!.flow_id),
  );
  assert.deepEqual(flows, ["issue", "other", "third"]);
});

Deno.test("a redelivery and a replay belong there as well", async () => {
  await using t = await testDatabase();
  await madeBy(t.db, "issue", "pull");
  const record = about("pull");
  const first = await acceptDelivery(t.db, record);
  const again = structuredClone(record);
  again.delivery.delivery_id = newId();
  assert.equal((await acceptDelivery(t.db, again)).outcome, "duplicate");
  const replay = about("pull");
  replay.delivery.replay_of = first.delivery_id;
  const replayed = await t.db.sql.begin((tx) => acceptWithin(tx, replay));
  assert.equal((await getTask(t.db, replayed.task_ids[0]))!.flow_id, "issue");
  const of = async (flow_id: string) =>
    (await listDeliveries(t.db, { flow_id }, { limit: 10 })).items.length;
  assert.deepEqual([await of("issue"), await of("pull"), await of("none")], [4, 4, 0]);
});

Deno.test("what came before it was known is listed with the flow", async () => {
  await using t = await testDatabase();
  const early = await acceptDelivery(t.db, about("pull"));
  await madeBy(t.db, "issue", "pull");
  const { items } = await listDeliveries(t.db, { flow_id: "issue" }, { limit: 10 });
  assert.ok(items.some(({ delivery_id }) => delivery_id === early.delivery_id));
});

Deno.test("a question that is asked there waits in the flow, and is found from both", async () => {
  await using t = await testDatabase();
  await madeBy(t.db, "issue", "pull");
  const next = {
    assigned_agent: "planning",
    model: null,
    tool_profile: "read" as const,
    requires_repository: false,
  };
  const question = { question_id: newId(), command: "which", question: "Which?", next };
  await acceptDelivery(t.db, about("pull", { question }));
  for (const flow_id of ["issue", "pull"]) {
    assert.equal((await openQuestion(t.db, flow_id))?.question_id, question.question_id, flow_id);
  }
  assert.equal(await openQuestion(t.db, "other"), null);
});

Deno.test("a comment of ours that is on its way there is known as ours", async () => {
  await using t = await testDatabase();
  await madeBy(t.db, "issue", "pull");
  await t.db.sql`
    update replies set kind = 'comment', sending_until = now() + interval '1 minute',
      sending_by = ${newId()}, sending_id = ${newId()}`;
  const asked = { provider: "github", outside_ids: [], name: null };
  for (const [flow_id, count] of [["issue", 1], ["pull", 1], ["other", 0]] as const) {
    assert.equal((await notedBy(t.db, { ...asked, flow_id })).length, count, flow_id);
  }
});
