/** What a program does with a database that a later version of it has migrated. */
import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { migrate, migrationFiles, NewerDatabaseError, newerThan } from "@/db/migrate.ts";
import { PROJECT_DIR } from "@/server/config.ts";
import { cloneTemplate } from "@/tests/helpers/postgres.ts";
import { workerEnv } from "@/tests/helpers/worker.ts";
import { freePort } from "@/tests/server/start/started.ts";

const PATIENCE_MS = 60_000;

/** A database as the version after the next left it. */
async function newerDatabase() {
  const clone = await cloneTemplate();
  const db = connect(clone.url, { max: 1 });
  await db.sql`insert into migrations (name, checksum)
    values ('9001_next.sql', 'a'), ('9002_after.sql', 'b')`;
  return {
    url: clone.url,
    db,
    async [Symbol.asyncDispose]() {
      await db.close();
      await clone.drop();
    },
  };
}

/** Runs a main to its end. */
async function run(main: string, env: Record<string, string>) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", main],
    cwd: PROJECT_DIR,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { code, stderr } = await child.output();
  return { code, said: new TextDecoder().decode(stderr) };
}

Deno.test("server and worker refuse a database that a newer version has migrated", async () => {
  await using newer = await newerDatabase();
  const DATA_DIR = await Deno.makeTempDir();
  const server = {
    DATABASE_URL: newer.url,
    PORT: String(freePort()),
    HOST: "127.0.0.1",
    DATA_DIR,
    SECRET_KEY: "secret-key-of-the-tests",
    ADMIN_TOKEN: "admin-token-of-the-tests",
  };
  const worker = workerEnv({ database_url: newer.url, model_url: "http://127.0.0.1:1" });
  const before = await newer.db.sql`select * from migrations order by name`;
  const newest = (await migrationFiles()).at(-1)!.name;
  const ends = await Promise.all([
    run("server/main.ts", server),
    run("workers/main.ts", { ...worker, DATA_DIR }),
  ]);
  for (const { code, said } of ends) {
    assert.equal(code, 78, said);
    assert.match(said, /migrated by a newer version of this program/);
    assert.match(said, /9001_next\.sql, 9002_after\.sql/);
    assert.ok(said.includes(newest), "and the newest one here");
    assert.match(said, /Start that version or a later one/);
  }
  assert.deepEqual(await newer.db.sql`select * from migrations order by name`, before);
  await Deno.remove(DATA_DIR, { recursive: true });
});

Deno.test("nothing is migrated where a newer version was, and all is where none was", async () => {
  await using newer = await newerDatabase();
  const [first] = await migrationFiles();
  await newer.db.sql`delete from migrations where name = ${first.name}`;
  await assert.rejects(migrate(newer.url), NewerDatabaseError);
  const [{ n }] = await newer.db.sql`
    select count(*)::int as n from migrations where name = ${first.name}`;
  assert.equal(n, 0);
  assert.deepEqual(newerThan([{ name: "1" }, { name: "2" }], ["1"]), []);
  assert.deepEqual(newerThan([{ name: "1" }], ["3", "2", "1"]), ["2", "3"]);
});
