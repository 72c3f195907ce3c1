import assert from "node:assert/strict";
import { connect, type Database, isConnectionError } from "@/db/client.ts";
import { testDatabase } from "@/tests/helpers/database.ts";

// Names as in Postgres' errcodes.txt.
const WORTH_TRYING_AGAIN = {
  "08000": "connection_exception",
  "08001": "sqlclient_unable_to_establish_sqlconnection",
  "08003": "connection_does_not_exist",
  "08004": "sqlserver_rejected_establishment_of_sqlconnection",
  "08006": "connection_failure",
  "08P01": "protocol_violation, which is what PgBouncer says when it has no connection to give",
  "25006": "read_only_sql_transaction: a standby, or a server that is being moved",
  "40001": "serialization_failure",
  "40P01": "deadlock_detected",
  "53000": "insufficient_resources",
  "53100": "disk_full",
  "53200": "out_of_memory",
  "53300": "too_many_connections",
  "55P03": "lock_not_available",
  "57P01": "admin_shutdown",
  "57P02": "crash_shutdown",
  "57P03": "cannot_connect_now",
  "57P04": "database_dropped",
  "57P05": "idle_session_timeout",
  "58000": "system_error",
  "58030": "io_error",
};

const NO_BETTER_NEXT_TIME = {
  "22021": "character_not_in_repertoire",
  "22P02": "invalid_text_representation",
  "22P05": "untranslatable_character",
  "23505": "unique_violation",
  "25P02": "in_failed_sql_transaction",
  "28P01": "invalid_password",
  "3D000": "invalid_catalog_name",
  "42501": "insufficient_privilege",
  "42P01": "undefined_table",
  "53400": "configuration_limit_exceeded: of this statement, as temp_file_limit",
  "54000": "program_limit_exceeded",
  "57014": "query_canceled: a statement that takes too long takes too long again",
  "P0001": "raise_exception",
  "XX000": "internal_error",
  "XX001": "data_corrupted",
};

const errorOf = (statement: () => PromiseLike<unknown>): Promise<{ code: string }> =>
  Promise.resolve(statement()).then(() => assert.fail("there was no error"), (error) => error);

const raise = ({ sql }: Database, code: string) =>
  errorOf(() => sql.unsafe(`do $$ begin raise exception using errcode = '${code}'; end $$`));

Deno.test("of what Postgres says, what will pass is told from what will not", async () => {
  await using t = await testDatabase();
  for (const [code, name] of Object.entries(WORTH_TRYING_AGAIN)) {
    const error = await raise(t.db, code);
    assert.equal(error.code, code);
    assert.ok(isConnectionError(error), `${code} ${name} is worth trying again`);
  }
  for (const [code, name] of Object.entries(NO_BETTER_NEXT_TIME)) {
    const error = await raise(t.db, code);
    assert.equal(error.code, code);
    assert.ok(!isConnectionError(error), `${code} ${name} is no better the next time`);
  }
});

Deno.test("a killed backend, a read-only server and a held lock are worth trying again", async () => {
  await using t = await testDatabase();
  const { sql } = t.db;
  const killed = await errorOf(() =>
    sql`select pg_terminate_backend(pg_backend_pid()), pg_sleep(60)`
  );
  const read_only = await errorOf(() => sql.begin("read only", (tx) => tx`delete from settings`));
  const locked = await errorOf(() =>
    sql.begin(async (tx) => {
      await tx`lock table settings`;
      await sql.begin((other) => other`lock table settings nowait`);
    })
  );
  for (const error of [killed, read_only, locked]) assert.ok(isConnectionError(error), error.code);
  assert.equal(read_only.code, "25006");
  assert.equal(locked.code, "55P03");
});

Deno.test("a Postgres that is not where it should be is worth trying again", async () => {
  const folder = await Deno.makeTempDir();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close(); // what is free now refuses
  const places = {
    ENOENT: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    ECONNREFUSED: `postgres://postgres@127.0.0.1:${port}/postgres`,
    ENOTFOUND: "postgres://postgres@postgres.invalid/postgres",
  };
  for (const [code, url] of Object.entries(places)) {
    const db = connect(url, { max: 1 });
    const error = await errorOf(() => db.sql`select 1`);
    await db.close();
    assert.equal(error.code, code);
    assert.ok(isConnectionError(error), code);
  }
  await Deno.remove(folder);
});

Deno.test("what is not Postgres' is not taken for it", async () => {
  const no_file = await errorOf(() => Deno.readTextFile("/no/such/file"));
  assert.equal(no_file.code, "ENOENT");
  const others = [no_file, new Error("08006"), new DOMException("", "TimeoutError"), null, "53300"];
  for (const error of others) assert.ok(!isConnectionError(error), String(error));
});
