import assert from "node:assert/strict";
import { connect, type Database, isConnectionError } from "@/db/client.ts";
import { mended } from "@/db/driver.ts";
import { MENDS } from "@/db/driver/mends.ts";
import { readLines } from "@/db/process/lines.ts";
import type { LoadReport } from "@/tests/db/driver/load.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { cloneTemplate } from "@/tests/helpers/postgres.ts";

const LOAD = new URL("./driver/load.ts", import.meta.url).pathname;
const KILLS = 200;

Deno.test("200 backends die under load: each statement settles, and the pool is whole again", async () => {
  const clone = await cloneTemplate();
  const db = connect(clone.url, { max: 1 });
  try {
    const report = await underFire(clone.url, async (lives) => {
      for (let kill = 0; kill < KILLS && lives();) kill += await killOne(db);
    });
    assert.deepEqual([report.wrong, report.unsettled], [[], []]);
    assert.deepEqual([report.usable, report.heard], [8, true]);
    assert.ok(report.lost > 0, "some statements were hit");
    assert.ok(report.answered > report.lost, `${report.answered} were answered`);
  } finally {
    await db.close();
    await clone.drop();
  }
});

Deno.test("a transaction whose connection was lost sends nothing more, here or elsewhere", async () => {
  await using t = await testDatabase();
  const pool = connect(t.url, { max: 1, application_name: "lost" });
  await t.db.sql`create table written (n int)`;
  const went_on = Promise.withResolvers<void>();
  const transaction = pool.sql.begin(async (tx) => {
    await tx`insert into written values (1)`;
    await cut(t.db);
    await until(() => isOpenAgain(pool));
    const second = tx`insert into written values (2)`;
    await assert.rejects(second, { code: "CONNECTION_CLOSED" }).then(
      went_on.resolve,
      went_on.reject,
    );
  });
  await assert.rejects(transaction, { code: "CONNECTION_CLOSED" });
  await went_on.promise;
  assert.deepEqual([...await t.db.sql`select n from written`], []);
  await pool.close();
});

Deno.test("a session whose connection was lost is given back without harm", async () => {
  await using t = await testDatabase();
  const pool = connect(t.url, { max: 1, application_name: "lost" });
  const first = await pool.sql.reserve();
  const waiting = pool.sql.reserve();
  await cut(t.db);
  await assert.rejects(first`select 1`, isConnectionError);
  const second = await waiting; // the only connection, opened for it
  first.release();
  const statement = pool.sql`select 3 as n`.execute();
  assert.deepEqual([...await second`select 2 as n`], [{ n: 2 }]);
  second.release();
  assert.deepEqual([...await statement], [{ n: 3 }]);
  await pool.close();
});

Deno.test("another text of the driver is refused, not mended by half", () => {
  const [mend] = MENDS["index.js"];
  assert.throws(() => mended("something else", [mend]), /postgres\.js has changed.*0 times/);
  assert.throws(() => mended(mend.find + mend.find, [mend]), /2 times/);
});

const BYTES = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);

Deno.test("bytes arrive as they are, beside other parameters, and go as they are", async () => {
  await using t = await testDatabase();
  await using relay = await relayTo(t.url);
  const pool = connect(relay.url, { max: 1 });
  const send = (bytes: Uint8Array | null) =>
    pool.sql`select ${"a"}::text as a, ${bytes}::bytea as bytes, ${"é"}::text as b`;
  for (const bytes of [BYTES, BYTES.subarray(7, 7), BYTES.subarray(1000, 1003), null]) {
    const [row] = await send(bytes);
    assert.deepEqual([row.a, row.b], ["a", "é"]);
    assert.deepEqual(row.bytes && new Uint8Array(row.bytes), bytes);
  }
  const before = relay.sent_bytes();
  await send(BYTES);
  const sent = relay.sent_bytes() - before;
  assert.ok(sent < BYTES.length + 1000, `${sent} bytes went for ${BYTES.length}`);
  await pool.close();
});

/** Passes a connection on to that Postgres, and counts what goes there. */
async function relayTo(url: string) {
  const folder = await Deno.makeTempDir({ prefix: "relay-" });
  const to = new URL(url);
  const [host, port] = [to.searchParams.get("host"), to.searchParams.get("port") ?? "5432"];
  const listener = Deno.listen({ transport: "unix", path: `${folder}/.s.PGSQL.${port}` });
  let sent = 0;
  const counting = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        sent += chunk.length;
        out.enqueue(chunk);
      },
    });
  const passing = (async () => {
    for await (const from of listener) {
      const postgres = await Deno.connect({ transport: "unix", path: `${host}/.s.PGSQL.${port}` });
      await Promise.allSettled([
        from.readable.pipeThrough(counting()).pipeTo(postgres.writable),
        postgres.readable.pipeTo(from.writable),
      ]);
    }
  })();
  to.searchParams.set("host", folder);
  return {
    url: to.href,
    sent_bytes: () => sent,
    async [Symbol.asyncDispose]() {
      listener.close();
      await passing;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Ends the backends of the pool under test; resolves when they are gone. */
async function cut({ sql }: Database): Promise<void> {
  await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
            where application_name = 'lost' and datname = current_database()`;
}

/** Whether the pool's only connection serves somebody else again. */
async function isOpenAgain({ sql }: Database): Promise<boolean> {
  return await sql`select 1`.then(() => true, () => false);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!await holds());
}

/** Runs the load beside `attack`, and returns what it says at its end. */
async function underFire(
  url: string,
  attack: (lives: () => boolean) => Promise<void>,
): Promise<LoadReport> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", LOAD, url],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let lives = true;
  const ended = child.status.finally(() => lives = false);
  const complained = new Response(child.stderr).text();
  const lines = readLines(child.stdout);
  try {
    assert.equal((await lines.next()).value, "loaded");
    await attack(() => lives);
    await child.stdin.close().catch(() => {});
    const { value } = await lines.next();
    if (value === undefined) throw new Error(`the process died:\n${await complained}`);
    return JSON.parse(value);
  } finally {
    await child.stdin.close().catch(() => {});
    await lines.return(undefined);
    await complained;
    await ended;
  }
}

async function killOne({ sql }: Database): Promise<number> {
  const killed = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'driver-load' and datname = current_database()
    order by random() limit 1`;
  // Enough of a pause that the pool never runs dry for good.
  await new Promise((wake) => setTimeout(wake, 5 + Math.random() * 20));
  return killed.length;
}
