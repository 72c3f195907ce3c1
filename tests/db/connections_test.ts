/** Whether the connections of all processes fit into what Postgres allows. */
import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import {
  checkConnections,
  embeddedConnections,
  judgeRoom,
  SERVER_CONNECTIONS,
  workerConnections,
} from "@/db/connections.ts";
import { ConfigError } from "@/db/process/read.ts";
import { PROJECT_DIR } from "@/server/config.ts";
import { testDatabase } from "@/tests/helpers/database.ts";

Deno.test("an embedded Postgres has room for a server and a worker of any size", () => {
  assert.equal(embeddedConnections(1), 100);
  for (const tasks of [1, 5, 50, 1_000]) {
    const [mine, others] = [workerConnections(tasks), SERVER_CONNECTIONS];
    const predecessor = mine + others;
    const available = embeddedConnections(tasks);
    const room = { max_connections: available, available, taken: others + predecessor };
    assert.deepEqual(judgeRoom(room, mine), {}, `${tasks} tasks`);
  }
});

Deno.test("what can never fit is refused, what is tight is warned of", () => {
  const room = { max_connections: 100, available: 97, taken: 60 };
  assert.deepEqual(judgeRoom(room, 37), {});
  assert.match(judgeRoom(room, 38).warning!, /38 connections.*97.*100.*60 are taken/);
  assert.deepEqual(Object.keys(judgeRoom(room, 97)), ["warning"]);
  assert.match(
    judgeRoom(room, 98, "MAX_CONCURRENT_TASKS").problem!,
    /^MAX_CONCURRENT_TASKS: .*98 connections.*97 of its max_connections \(100\): lower MAX_CONC/,
  );
  assert.match(judgeRoom(room, 98).problem!, /^DATABASE_URL: .*: raise max_connections/);
});

Deno.test("a limit of the database counts like max_connections", async () => {
  await using t = await testDatabase();
  await checkConnections(t.db, 20);
  const [{ name }] = await t.db.sql<{ name: string }[]>`select current_database() as name`;
  await t.db.sql`alter database ${t.db.sql(name)} connection limit 10`;
  await checkConnections(t.db, 10);
  await assert.rejects(checkConnections(t.db, 11), ConfigError);
});

Deno.test("a process that asks for more than there is ends with words, and is not started again", async (t) => {
  await using small = await testDatabase();
  const cases: [string, Record<string, string>, RegExp][] = [
    [
      "workers/main.ts",
      { MAX_CONCURRENT_TASKS: "900" },
      /MAX_CONCURRENT_TASKS: .* 910 connections/,
    ],
    ["server/main.ts", {}, /DATABASE_URL: .* 21 connections .* max_connections/],
  ];
  for (const [main, env, words] of cases) {
    await t.step(main, async () => {
      const dir = await Deno.makeTempDir();
      if (main === "server/main.ts") await allow(small.url, 12);
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--cached-only", "--no-check", main],
        cwd: PROJECT_DIR,
        env: {
          DATABASE_URL: small.url,
          DATA_DIR: dir,
          ADMIN_TOKEN: "admin-of-the-tests",
          SECRET_KEY: "secret-key-of-the-tests",
          ...env,
        },
        stdout: "null",
        stderr: "piped",
      }).output();
      const said = new TextDecoder().decode(stderr);
      assert.equal(code, 78, said);
      assert.match(said, words);
      await Deno.remove(dir, { recursive: true });
    });
  }
});

async function allow(url: string, connections: number): Promise<void> {
  const db = connect(url, { max: 1 });
  const name = new URL(url).pathname.slice(1);
  await db.sql.unsafe(`alter database ${name} connection limit ${connections}`);
  await db.close();
}
