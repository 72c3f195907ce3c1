/** Who may log in to the embedded Postgres, and as what. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { connect } from "@/db/client.ts";
import { startEmbedded } from "@/db/embedded.ts";
import { findBinaries } from "@/db/embedded/binaries.ts";
import { layOut, type Place } from "@/db/embedded/place.ts";
import { until } from "@/db/embedded/postmaster.ts";
import { runNamed } from "@/db/embedded/run.ts";
import { canGovern, findRunAs, POSTGRES_UID, WAYS } from "@/db/embedded/run_as.ts";
import { migrate } from "@/db/migrate.ts";
import { chatTask } from "@/tests/helpers/records.ts";

const FAST = { fsync: false, settings: { shared_buffers: "8MB" } };
const AS_ROOT = Deno.uid() === 0;

async function folder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const db = connect(url, { max: 1 });
  try {
    return [...await db.sql.unsafe(text)];
  } finally {
    await db.close();
  }
}

/** Tries to log in at the socket, as anybody would who can reach it. */
async function logIn(url: string, login: { user: string; password?: string; database?: string }) {
  const path = `${new URL(url).searchParams.get("host")}/.s.PGSQL.5432`;
  const sql = postgres({ database: "agent", password: "guess", ...login, path, max: 1 });
  try {
    await sql`select 1`;
    return "in";
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await sql.end();
  }
}

Deno.test("one role gets in, by its password, and it is no superuser", async (t) => {
  await using dir = await folder();
  const server = await startEmbedded(dir.path, FAST);
  const password = (await Deno.readTextFile(join(dir.path, "postgres_password"))).trim();
  try {
    await t.step("the superuser does not get in, whatever it knows", async () => {
      for (const database of ["agent", "postgres", "template1"]) {
        assert.equal(await logIn(server.url, { user: "agent", database }), "28000", database);
        assert.equal(await logIn(server.url, { user: "agent", password, database }), "28000");
      }
      assert.equal(await logIn(server.url, { user: "agent_app" }), "28P01");
      assert.equal(await logIn(server.url, { user: "agent_app", password }), "in");
    });

    await t.step("the password is nobody else's to read", async () => {
      const { mode, uid } = await Deno.stat(join(dir.path, "postgres_password"));
      assert.deepEqual([mode! & 0o777, uid], [0o600, Deno.uid()]);
    });

    await t.step("the role runs nothing, reads no file and makes no role or database", async () => {
      await migrate(server.url);
      for (
        const text of [
          "create temp table t (x text); copy t from program 'id'",
          "select pg_read_file('/etc/passwd')",
          "alter system set fsync = off",
          "create role other superuser",
          "alter role agent_app superuser",
          "create database another",
        ]
      ) {
        await assert.rejects(query(server.url, text), { code: "42501" }, text);
      }
    });
  } finally {
    await server.stop();
  }
});

Deno.test("a password that is not the database's is named, with the file", async () => {
  await using dir = await folder();
  const file = join(dir.path, "postgres_password");
  await (await startEmbedded(dir.path, FAST)).stop();
  await Deno.writeTextFile(file, "another\n");
  await assert.rejects(startEmbedded(dir.path, FAST), /postgres_password is not the one.*remove/s);
  await Deno.remove(file);
  const again = await startEmbedded(dir.path, FAST);
  assert.deepEqual(await query(again.url, "select 1 as one"), [{ one: 1 }]);
  await again.stop();
});

Deno.test("a cluster in which all was the superuser's is handed over, also while it runs", async () => {
  await using dir = await folder();
  const old = await startOld(dir.path);
  const { task_id } = await inOld(old.url);
  const server = await startEmbedded(dir.path, FAST);
  try {
    assert.deepEqual([server.attached, await old.exited], [false, true]);
    assert.equal(await logIn(server.url, { user: "agent" }), "28000");
    await migrate(server.url);
    const rest = await query(server.url, OWNED_BY_SUPERUSER);
    assert.deepEqual(rest, [], "nothing of ours is the superuser's");
    const [{ count }] = await query(
      server.url,
      `select count(*)::integer as count from tasks where task_id = '${task_id}'`,
    );
    assert.equal(count, 1);
    await query(server.url, "insert into odd.\"Odd Table\" (mood) values ('fine')");
    await query(server.url, "drop schema odd cascade");
    const db = connect(server.url);
    await chatTask(db, { prompt: "and work goes on" });
    await db.close();
  } finally {
    await server.stop();
  }
});

Deno.test(
  "root runs it under a uid of its own, without any power",
  { ignore: !AS_ROOT },
  async () => {
    await using dir = await folder();
    await Deno.chmod(dir.path, 0o711);
    const run_as = WAYS[0];
    const server = await startEmbedded(dir.path, { ...FAST, run_as });
    try {
      const status = await Deno.readTextFile(`/proc/${server.pid}/status`);
      assert.deepEqual(field(status, "Uid"), Array(4).fill(String(POSTGRES_UID)));
      assert.deepEqual(field(status, "CapEff"), ["0000000000000000"]);
      assert.deepEqual(field(status, "CapAmb"), ["0000000000000000"]);
      assert.deepEqual(await query(server.url, "select 1 as one"), [{ one: 1 }]);
    } finally {
      await server.stop();
    }
  },
);

Deno.test("root that could not end another uid's process does not start it as one", () => {
  assert.ok(canGovern("Uid:\t0\nCapEff:\t00000000a80425fb\n"), "Docker's default");
  assert.ok(!canGovern("CapEff:\t00000000a80425db\n"), "without CAP_KILL");
  assert.ok(!canGovern("CapEff:\t00000000a80425f9\n"), "without CAP_DAC_OVERRIDE");
  assert.ok(!canGovern(""));
});

const field = (status: string, name: string) =>
  status.match(new RegExp(`^${name}:\\s+(.*)$`, "m"))![1].split(/\s+/);

const OWNED_BY_SUPERUSER = `
  select relname as name from pg_class where relowner = 10 and relnamespace <> all(${system()})
  union all select proname from pg_proc where proowner = 10 and pronamespace <> all(${system()})
  union all select typname from pg_type where typowner = 10 and typnamespace <> all(${system()})
  union all select nspname from pg_namespace where nspowner = 10 and oid <> all(${system()})
  union all select datname from pg_database where datdba = 10 and datname = 'agent'`;

function system(): string {
  return `array(select oid from pg_namespace
    where nspname ~ '^pg_' or nspname = 'information_schema')`;
}

/** A Postgres as it was made before there was a role of our own: trust, and one superuser. */
async function startOld(data_dir: string) {
  const place = await layOut(data_dir);
  const binaries = await findBinaries();
  const run_as = await oldRunAs(place, binaries.postgres);
  await Deno.mkdir(place.pgdata, { mode: 0o700 });
  const initdb = [binaries.initdb, "-D", place.pgdata, "-U", "agent", "--auth=trust", "--no-sync"];
  const made = await runNamed(run_as, { command: initdb, folder: place.pgdata });
  assert.ok(made.success, made.printed);
  const [command, ...args] = [...run_as.prefix, binaries.postgres, "-D", place.pgdata]
    .concat("-c", "listen_addresses=", "-c", `unix_socket_directories=${place.sockets}`);
  const child = new Deno.Command(command, { args, stdout: "null", stderr: "null" }).spawn();
  const url = `postgres://agent@localhost/postgres?host=${encodeURIComponent(place.sockets)}`;
  const is_up = () => query(url, "create database agent").then(() => true, () => false);
  assert.ok(await until(is_up, 20_000));
  return { url: url.replace("/postgres?", "/agent?"), exited: child.status.then(() => true) };
}

const oldRunAs = (place: Place, program: string) =>
  findRunAs({ ...place, program, material: "/dev/null" }, [WAYS[2], WAYS[3]]);

/** All kinds of things that somebody may own, pg-boss's and ours among them. */
async function inOld(url: string) {
  await migrate(url);
  await query(
    url,
    `
    create schema odd;
    create type odd.mood as enum ('fine');
    create domain odd.small as integer check (value < 10);
    create table odd."Odd Table" (id serial primary key, mood odd.mood, size odd.small);
    create sequence odd.alone;
    create view odd.seen as select * from odd."Odd Table";
    create materialized view odd.kept as select 1 as one;
    create function odd.twice(n integer) returns integer language sql as 'select n * 2';
    create procedure odd.nothing() language sql as 'select 1';
    create table odd.parts (day date) partition by range (day);
    create table odd.part partition of odd.parts for values from ('2026-01-01') to ('2027-01-01')`,
  );
  const db = connect(url);
  try {
    return await chatTask(db, { prompt: "from before" });
  } finally {
    await db.close();
  }
}
