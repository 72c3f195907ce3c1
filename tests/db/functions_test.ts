/** How functions of the database come and go with the programs that use it. */
import assert from "node:assert/strict";
import { connect, type Database } from "@/db/client.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { type FunctionSet, functionsHere, inOrder, putFunctions } from "@/db/functions.ts";
import { functionsProblem } from "@/db/health.ts";
import { migrate } from "@/db/migrate.ts";
import { getTask } from "@/db/tasks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { withOldDatabase } from "@/tests/helpers/old_database.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";

/** Made elsewhere: of pg-boss's insert (db/queue/sender.ts), and what an index is built of. */
const ELSEWHERE = ["delivery_kind", "send_jobs"];

/** The whole text of each function of ours. */
async function definitions({ sql }: Database): Promise<Record<string, string>> {
  const rows = await sql<{ signature: string; definition: string }[]>`
    select oid::regprocedure::text as signature, pg_get_functiondef(oid) as definition
    from pg_proc where pronamespace = current_schema()::regnamespace order by 1`;
  return Object.fromEntries(rows.map(({ signature, definition }) => [signature, definition]));
}

const nameOf = (signature: string) => signature.split("(")[0];

/** The functions of the program after this one. */
async function nextSet(change: Record<string, (text: string) => string>): Promise<FunctionSet> {
  const { version, files } = await functionsHere();
  return {
    version: version + 1,
    checksum: "of the next",
    files: files.map(({ name, text }) => ({ name, text: change[name]?.(text) ?? text })),
  };
}

Deno.test("a change of functions raises their version", async () => {
  const { version, checksum } = await functionsHere();
  const known = {
    version: 1,
    checksum: "b2e46a705ad275f89931aa006edd6502f53b69530cdcd2f65962388e030ebe27",
  };
  assert.deepEqual(
    { version, checksum },
    known,
    "Functions have changed. Raise VERSION in db/functions.ts if these ones were released, so that " +
      "an older program does not put its own back, and write version and checksum here.",
  );
});

Deno.test("a new database and an upgraded one have the same functions, and no others", async () => {
  await using fresh = await testDatabase();
  const expected = await definitions(fresh.db);
  const { files } = await functionsHere();
  assert.deepEqual(
    Object.keys(expected).map(nameOf).sort(),
    [...files.map(({ name }) => name), ...ELSEWHERE].sort(),
    "each file makes the one function that it is named after",
  );
  for (const last of ["0006_reply_turns.sql", "0018_uses_by_person.sql"]) {
    await withOldDatabase(last, async (db, url) => {
      await db.sql`create function send_run_task(text) returns void language sql as ''`;
      await migrate(url);
      assert.deepEqual(await definitions(db), expected, last);
      await migrate(url);
      assert.deepEqual(await definitions(db), expected, "and once more");
    });
  }
});

Deno.test("functions of a later program stay when an earlier one starts, which works with them", async () => {
  await using t = await testDatabase();
  const next = await nextSet({ say: (text) => text.replace("begin", "begin -- of the next") });
  await putFunctions(t.db, next);
  await migrate(t.url);
  assert.match((await definitions(t.db))["say(jsonb)"], /of the next/);
  assert.equal((await acceptDelivery(t.db, acceptRecord())).outcome, "accepted");

  const ours = await functionsHere();
  assert.equal(functionsProblem(ours, next), null);
  assert.match(functionsProblem(next, ours)!, /of an older program/);
  assert.match(functionsProblem(ours, { ...ours, checksum: "" })!, /other ones/);
  assert.match(functionsProblem(ours, null)!, /not there/);
});

Deno.test("of one version, the functions of whoever starts last are there", async () => {
  await using t = await testDatabase();
  const ours = await functionsHere();
  const changed = await nextSet({ say: (text) => text.replace("begin", "begin -- being written") });
  await putFunctions(t.db, { ...changed, version: ours.version });
  assert.match((await definitions(t.db))["say(jsonb)"], /being written/);
  await migrate(t.url);
  assert.doesNotMatch((await definitions(t.db))["say(jsonb)"], /being written/);
});

Deno.test("a function with other arguments, other names for them or another result replaces the one before", async () => {
  await using t = await testDatabase();
  const before = Object.keys(await definitions(t.db));
  const next = await nextSet({
    open_flows: (text) => text.replace("open_flows(items jsonb)", "open_flows(items jsonb, x int)"),
    without_commands: (text) => text.replaceAll("names", "refused_names"),
    ask: (text) => text.replaceAll("bigint", "integer"),
  });
  await putFunctions(t.db, next);
  const after = await definitions(t.db);
  assert.deepEqual(
    Object.keys(after).sort(),
    before.map((one) => one.replace("open_flows(jsonb)", "open_flows(jsonb,integer)")).sort(),
  );
  assert.match(after["without_commands(jsonb,jsonb)"], /refused_names/);
  assert.match(after["ask(jsonb)"], /RETURNS integer/);
});

Deno.test("a set with a mistake in it changes nothing", async () => {
  await using t = await testDatabase();
  const before = await definitions(t.db);
  const next = await nextSet({
    ask: (text) => text.replace("begin", "begin -- of the next"),
    say: (text) => text.replace("returning", "retorning"),
  });
  await assert.rejects(putFunctions(t.db, next), /retorning/);
  assert.deepEqual(await definitions(t.db), before);
});

Deno.test("a delivery that is being written while its functions are replaced is written by the new ones", async () => {
  await using t = await testDatabase();
  const one = connect(t.url, { max: 1 });
  const other = connect(t.url, { max: 1 });
  try {
    await acceptDelivery(one, acceptRecord()); // its plans are made
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = other.sql.begin(async (tx) => {
      await tx`lock table deliveries in exclusive mode`;
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const record = acceptRecord();
    const accepting = acceptDelivery(one, record);
    await untilOneWaits(t.db);
    await putFunctions(
      t.db,
      await nextSet({
        accept_deliveries: (text) => text.replace("start_tasks(", "start_tasks(true, "),
        start_tasks: (text) => text.replace("start_tasks(", "start_tasks(is_new boolean, "),
      }),
    );
    release.resolve();
    await holding;
    const { outcome, task_ids } = await accepting;
    assert.deepEqual([outcome, task_ids], ["accepted", [record.tasks[0].task_id]]);
    assert.equal((await getTask(t.db, task_ids[0]))?.status, "queued");
    assert.equal((await acceptDelivery(one, acceptRecord())).outcome, "accepted");
  } finally {
    await one.close();
    await other.close();
  }
});

/** Until somebody waits for the table of deliveries. */
async function untilOneWaits({ sql }: Database): Promise<void> {
  for (let looks = 0; looks < 3000; looks++) {
    const [{ waits }] = await sql<{ waits: boolean }[]>`
      select exists (select from pg_locks where not granted
        and relation = 'deliveries'::regclass) as waits`;
    if (waits) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail("nobody waits for the table of deliveries");
}

Deno.test("a function is made behind those that it names", () => {
  const file = (name: string, ...names: string[]) => ({
    name,
    text: `create function ${name}() … ${names.map((one) => `${one}(1)`).join(" ")}`,
  });
  const files = [file("a", "b"), file("b", "c", "d"), file("c"), file("d", "c"), file("abc")];
  assert.deepEqual(inOrder(files).map(({ name }) => name), ["c", "d", "b", "a", "abc"]);
});
