import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { getDelivery, listDeliveries } from "@/db/deliveries/list.ts";
import { newId } from "@/db/ids.ts";
import { getTask, listTasks } from "@/db/tasks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord, use } from "@/tests/helpers/records.ts";

const limited = (hourly_limit: number, person?: string, webhook_hourly_limit?: number) => [
  use(hourly_limit, person, webhook_hourly_limit),
];

Deno.test("past its limit an hour, a command's deliveries are kept and ignored with the reason", async () => {
  await using t = await testDatabase();
  const one = () => acceptDelivery(t.db, acceptRecord({ uses: limited(3) }));
  const answers = await Promise.all(Array.from({ length: 10 }, one));
  const outcomes = answers.map(({ outcome }) => outcome).sort();
  assert.deepEqual(outcomes, [...Array(3).fill("accepted"), ...Array(7).fill("ignored")]);
  assert.equal((await listTasks(t.db, {}, { limit: 20 })).items.length, 3);
  const ignored = await listDeliveries(t.db, { outcome: "ignored" }, { limit: 20 });
  assert.equal(ignored.items.length, 7);
  for (const { reason, commands: [command], task_ids } of ignored.items) {
    assert.match(reason!, /more than 3 uses in an hour/);
    assert.deepEqual([command.matched, command.reason], [false, reason]);
    assert.deepEqual(task_ids, []);
  }
  const [{ flows, replies }] = await t.db.sql`
    select (select count(*)::int from flows) as flows,
      (select count(*)::int from replies) as replies`;
  assert.deepEqual([flows, replies], [3, 3], "what is ignored leaves nothing else");
  // the hour goes by
  await t.db.sql`update command_uses set used_at = used_at - interval '61 minutes'`;
  assert.equal((await one()).outcome, "accepted");
});

Deno.test("one busy person does not lock out the others, and all together have a limit too", async () => {
  await using t = await testDatabase();
  const ask = (person: string, times: number) =>
    Promise.all(
      Array.from({ length: times }, () =>
        acceptDelivery(t.db, acceptRecord({ uses: limited(3, person, 7) }))),
    );
  const accepted = (answers: { outcome: string }[]) =>
    answers.filter(({ outcome }) => outcome === "accepted").length;
  assert.equal(accepted(await ask("ann", 10)), 3);
  assert.equal(accepted(await ask("bob", 2)), 2, "bob has what is his, whatever ann did");
  assert.equal(accepted(await ask("", 9)), 2, "all together had 7: events without a person too");
  assert.equal(accepted(await ask("eve", 1)), 0);
  const reasons = (await listDeliveries(t.db, { outcome: "ignored" }, { limit: 50 })).items
    .map(({ reason }) => reason!);
  const by_one = reasons.filter((r) => /^more than 3 uses in an hour by the same person/.test(r));
  const by_all = reasons.filter((r) => /^more than 7 uses in an hour.*all people/.test(r));
  assert.equal(by_one.length, 7);
  assert.ok(by_all.length >= 2, reasons.join("\n"));
});

Deno.test("what one person asks for in vain takes no place from the others in the same commit", async () => {
  await using t = await testDatabase();
  const people = [...Array(20).fill("ann"), "bob", "cid"];
  const answers = await Promise.all(
    people.map((person) => acceptDelivery(t.db, acceptRecord({ uses: limited(2, person, 4) }))),
  );
  const by_person = Map.groupBy(answers, (_, i) => people[answers.indexOf(_)] ?? i);
  for (const [person, expected] of [["ann", 2], ["bob", 1], ["cid", 1]] as const) {
    const outcomes = by_person.get(person)!.map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((o) => o === "accepted").length, expected, person);
  }
});

/** A delivery that asks for `analyze`, once an hour, and for `plan`. */
function twoCommands() {
  const record = acceptRecord({ uses: limited(1) });
  const [task_id, reply_id] = [newId(), newId()];
  record.delivery.commands.push({ name: "plan", matched: true, reason: "a trigger" });
  record.tasks.push({ ...record.tasks[0], task_id, command: "plan" });
  record.replies.push({ ...record.replies[0], task_id, reply_id, command: "plan" });
  return record;
}

Deno.test("where one command of a delivery is past its limit, the other one goes on", async () => {
  await using t = await testDatabase();
  const records = [
    twoCommands(),
    acceptRecord(),
    twoCommands(),
    acceptRecord({ uses: limited(1) }),
  ];
  const answers = await Promise.all(records.map((record) => acceptDelivery(t.db, record)));
  assert.deepEqual(answers.map(({ outcome, task_ids }) => [outcome, task_ids.length]), [
    ["accepted", 2],
    ["accepted", 1],
    ["accepted", 1],
    ["ignored", 0],
  ]);
  const [analyze, plan] = records[2].tasks;
  assert.deepEqual(answers[2].task_ids, [plan.task_id]);
  assert.equal(await getTask(t.db, analyze.task_id), null);
  assert.equal((await getTask(t.db, plan.task_id))?.status, "queued");
  const row = await getDelivery(t.db, answers[2].delivery_id);
  assert.equal(row!.reason, null);
  assert.deepEqual(row!.task_ids, [plan.task_id]);
  assert.deepEqual(row!.commands.map(({ matched }) => matched), [false, true]);
  const written = await t.db.sql`
    select (select count(*)::int from tasks) as tasks, (select count(*)::int from replies) as replies,
      (select count(*)::int from messages) as messages, (select count(*)::int from flows) as flows,
      (select count(*)::int from pgboss.job) as jobs`;
  assert.deepEqual({ ...written[0] }, { tasks: 4, replies: 4, messages: 4, flows: 3, jobs: 8 });
});

Deno.test("two servers together keep to the limit", async () => {
  await using t = await testDatabase();
  const { connect } = await import("@/db/client.ts");
  const other = connect(t.url);
  try {
    const answers = await Promise.all(
      Array.from(
        { length: 60 },
        (_, i) => acceptDelivery(i % 2 ? t.db : other, acceptRecord({ uses: limited(20) })),
      ),
    );
    assert.equal(answers.filter(({ outcome }) => outcome === "accepted").length, 20);
  } finally {
    await other.close();
  }
});

Deno.test("people who ask for two commands in opposite orders at two servers keep to both limits", async () => {
  await using t = await testDatabase();
  const { connect } = await import("@/db/client.ts");
  const other = connect(t.url);
  const people = ["ann", "bob", "cid", ""];
  const ask = (i: number) => {
    const person = people[i % 4];
    const uses = ["analyze", "plan"].map((name) => ({
      ...use(5, person, 12),
      name,
      use_key: `webhook:${name}`,
    }));
    const record = acceptRecord({ uses: i % 3 ? uses : uses.toReversed() });
    return acceptDelivery(i % 2 ? t.db : other, record);
  };
  try {
    await Promise.all(Array.from({ length: 80 }, (_, i) => ask(i)));
  } finally {
    await other.close();
  }
  const used = await t.db.sql<{ use_key: string; person: string; uses: number }[]>`
    select use_key, person, count(*)::int as uses from command_uses group by use_key, person`;
  const by_key = Map.groupBy(used, ({ use_key }) => use_key);
  for (const key of ["webhook:analyze", "webhook:plan"]) {
    const counts = by_key.get(key)!.map(({ uses }) => uses);
    assert.equal(counts.reduce((sum, uses) => sum + uses), 12, key);
    assert.ok(Math.max(...counts) <= 5, `${key}: ${counts}`);
  }
});

Deno.test("who used up what is theirs waits for nobody, and nobody for them", async () => {
  await using t = await testDatabase();
  const ask = (person: string) =>
    acceptDelivery(t.db, acceptRecord({ uses: limited(1, person, 9) }));
  assert.equal((await ask("ann")).outcome, "accepted");
  const held = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  // somebody else's delivery, whose commit takes long
  const slow = t.db.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('webhook:analyze', 0))`;
    held.resolve();
    await done.promise;
  });
  await held.promise;
  const patience = setTimeout(() => done.reject(new Error("ann waits for it")), 30_000);
  const ann = ask("ann");
  assert.equal((await ann).outcome, "ignored");
  clearTimeout(patience);
  const bob = ask("bob");
  done.resolve();
  await slow;
  assert.equal((await bob).outcome, "accepted");
});

Deno.test("one text that two hooks bring at once is one task, also in opposite orders", async () => {
  await using t = await testDatabase();
  const { connect } = await import("@/db/client.ts");
  const other = connect(t.url);
  try {
    const texts = Array.from({ length: 60 }, (_, i) => `text-${i}`);
    const bring = (db: typeof other, content_key: string) =>
      acceptDelivery(db, acceptRecord({ content_key, flow_id: "flow" }));
    const answers = await Promise.all([
      ...texts.map((text) => bring(t.db, text)),
      ...texts.toReversed().map((text) => bring(other, text)),
    ]);
    assert.equal(answers.filter(({ outcome }) => outcome === "accepted").length, 60);
    assert.equal(answers.filter(({ outcome }) => outcome === "duplicate").length, 60);
    assert.ok(answers.every(({ task_ids }) => task_ids.length === 1));
    const [repeated] = (await listDeliveries(t.db, { outcome: "duplicate" }, { limit: 1 })).items;
    assert.match(repeated.reason!, /^the same came with/);
  } finally {
    await other.close();
  }
});

Deno.test("the text that went past a limit is not let in by the other hook", async () => {
  await using t = await testDatabase();
  const bring = (content_key: string) =>
    acceptDelivery(t.db, acceptRecord({ content_key, uses: limited(1) }));
  assert.equal((await bring("first")).outcome, "accepted");
  assert.deepEqual(
    (await Promise.all([bring("second"), bring("second")])).map(({ outcome }) => outcome).sort(),
    ["duplicate", "ignored"],
  );
});
