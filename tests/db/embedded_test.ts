import assert from "node:assert/strict";
import { join } from "node:path";
import { EmbeddedError, startEmbedded } from "@/db/embedded.ts";
import { boundLog, logSize } from "@/db/embedded/log.ts";
import { until } from "@/db/embedded/postmaster.ts";
import { POSTGRES_UID, WAYS } from "@/db/embedded/run_as.ts";
import { runningIn } from "@/tests/server/start/started.ts";
import { AS_ROOT, FAST, query, startAndKillStarter } from "@/tests/db/embedded_scene.ts";

const BUSY =
  "select 1 from pg_stat_activity where query like '%generate_series%' and state = 'active' and pid <> pg_backend_pid()";

const KEPT = [{ word: "ü" }];

Deno.test("the embedded Postgres keeps what was written over stop, kill and restart", async (t) => {
  const dir = await Deno.makeTempDir();
  let postgres = await startEmbedded(dir, FAST);
  const kept = () => query(postgres, "select word from kept");
  try {
    await t.step("the first start makes a database, reached by a socket alone", async () => {
      assert.equal(postgres.attached, false);
      await query(postgres, "create table kept (word text); insert into kept values ('ü')");
      assert.deepEqual(await query(postgres, "show server_encoding"), [{
        server_encoding: "UTF8",
      }]);
      assert.deepEqual(await query(postgres, "show listen_addresses"), [{ listen_addresses: "" }]);
    });

    await t.step("nobody else may look inside, and none of our environment is there", async () => {
      for (const name of ["pgdata", "sock", "postgres.log"]) {
        assert.equal((await Deno.stat(join(dir, name))).mode! & 0o077, 0, name);
      }
      if (Deno.build.os !== "linux") return;
      const environment = await Deno.readTextFile(`/proc/${postgres.pid}/environ`);
      assert.ok(!environment.includes("TEST_DATABASE_URL"), environment);
    });

    await t.step("two starters at once share one server", async () => {
      await postgres.stop();
      const both = await Promise.all([startEmbedded(dir, FAST), startEmbedded(dir, FAST)]);
      postgres = both.find((one) => !one.attached)!;
      assert.equal(both[0].pid, both[1].pid);
      assert.equal(both.filter((one) => one.attached).length, 1);
    });

    await t.step("a killed server comes back with its rows", async () => {
      const killed = postgres;
      Deno.kill(killed.pid, "SIGKILL");
      postgres = await startEmbedded(dir, FAST);
      await killed.stop();
      assert.equal(postgres.attached, false);
      assert.equal(killed.running(), false);
      assert.deepEqual(await kept(), KEPT);
    });

    await t.step("one whose sessions are busy does not wait for them", async () => {
      const busy = query(postgres, "select count(*) from generate_series(1, 1000000000000)");
      const cut = assert.rejects(busy);
      await until(async () => (await query(postgres, BUSY) as unknown[]).length > 0, 10_000);
      Deno.kill(postgres.pid, "SIGKILL");
      postgres = await startEmbedded(dir, FAST);
      await cut;
      assert.deepEqual(await kept(), KEPT);
    });

    await t.step("one with too few connections gives way to one that has enough", async () => {
      const settings = { ...FAST.settings, max_connections: "120" };
      const larger = await startEmbedded(dir, { ...FAST, settings });
      assert.deepEqual([larger.attached, postgres.running()], [false, false]);
      postgres = await startEmbedded(dir, FAST);
      assert.deepEqual([postgres.attached, postgres.pid], [true, larger.pid]);
    });

    await t.step("it outlives a killed starter, and the next start finds it", async () => {
      await postgres.stop();
      const pid = await startAndKillStarter(dir);
      postgres = await startEmbedded(dir, FAST);
      assert.deepEqual([postgres.attached, postgres.pid], [true, pid]);
      assert.deepEqual(await kept(), KEPT);
    });

    await t.step("a pid file that names somebody else's process stops nobody", async () => {
      await postgres.stop();
      // Our parent: Postgres itself sees through a claim of its own parent, which is us.
      const claim = `${Deno.ppid}\n${dir}/pgdata\n1\n5432\n${dir}/sock\n\n1\nready\n`;
      await Deno.writeTextFile(join(dir, "pgdata", "postmaster.pid"), claim);
      await Deno.writeTextFile(join(dir, "sock", ".s.PGSQL.5432.lock"), `${Deno.ppid}\n`);
      postgres = await startEmbedded(dir, FAST);
      assert.equal(postgres.attached, false);
      assert.deepEqual(await kept(), KEPT);
    });

    await t.step("each way of not being root takes the files over", async () => {
      if (!AS_ROOT) return;
      for (const run_as of WAYS.slice(1)) {
        await postgres.stop();
        postgres = await startEmbedded(dir, { ...FAST, run_as });
        assert.equal((await Deno.stat(join(dir, "pgdata", "base"))).uid, run_as.owner);
        assert.deepEqual(await kept(), KEPT);
      }
    });

    await t.step("data of another major version is refused in words", async () => {
      await postgres.stop();
      const file = join(dir, "pgdata", "PG_VERSION");
      await Deno.writeTextFile(file, "17\n");
      await assert.rejects(
        startEmbedded(dir, FAST),
        (error) =>
          error instanceof EmbeddedError && /made by Postgres 17.*DATA_DIR/s.test(error.message),
      );
      await Deno.writeTextFile(file, "18\n");
    });

    await t.step("when it cannot start, the end of what it said is shown", async () => {
      const settings = { ...FAST.settings, max_connections: "many" };
      await assert.rejects(
        startEmbedded(dir, { ...FAST, settings }),
        /did not start.*invalid value for parameter "max_connections"/s,
      );
    });
  } finally {
    await postgres.stop();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a DATA_DIR too long for a socket gets one in the temp folder", async () => {
  const root = await Deno.makeTempDir();
  const dir = join(root, "a folder, with a comma and 'quotes'", "x".repeat(80));
  const postgres = await startEmbedded(dir, FAST);
  try {
    assert.ok(!postgres.url.includes("xxx"), postgres.url);
    assert.deepEqual(await query(postgres, "select 1 as one"), [{ one: 1 }]);
    const again = await startEmbedded(dir, FAST);
    assert.equal(again.pid, postgres.pid);
  } finally {
    await postgres.stop();
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("initdb that was killed half-way is no database", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(join(dir, "pgdata.new"));
  await Deno.writeTextFile(join(dir, "pgdata.new", "PG_VERSION"), "18\n");
  const postgres = await startEmbedded(dir, FAST);
  await postgres.stop();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a cluster that was there and is no more is not made anew", async (t) => {
  const dir = await Deno.makeTempDir();
  const [pgdata, password] = [join(dir, "pgdata"), join(dir, "postgres_password")];
  const isLost = (error: unknown) =>
    error instanceof EmbeddedError &&
    error.message.startsWith(`${pgdata} is gone`) && error.message.includes(password);
  let postgres = await startEmbedded(dir, FAST);
  try {
    await t.step("removed while it runs, it is told and ended", async () => {
      assert.equal(await postgres.whyLost(), null);
      await Deno.remove(pgdata, { recursive: true });
      assert.ok(isLost(await postgres.whyLost()));
      await postgres.stop();
      assert.equal(postgres.running(), false);
    });
    await t.step("a start says what is missing, and what to do", async () => {
      await assert.rejects(startEmbedded(dir, FAST), isLost);
      await Deno.mkdir(pgdata);
      await assert.rejects(startEmbedded(dir, FAST), isLost);
      assert.deepEqual(await Array.fromAsync(Deno.readDir(pgdata)), []);
    });
    await t.step("who restarts one that ran never makes one", async () => {
      const elsewhere = { ...FAST, must_exist: true };
      await assert.rejects(startEmbedded(join(dir, "elsewhere"), elsewhere), /pgdata is gone/);
    });
    await t.step("it is made anew when somebody says so", async () => {
      await Deno.remove(password);
      postgres = await startEmbedded(dir, FAST);
      assert.deepEqual(await query(postgres, "select 1 as one"), [{ one: 1 }]);
    });
  } finally {
    await postgres.stop();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a start that is called off leaves nothing running, at whatever moment", async (t) => {
  const root = await Deno.makeTempDir();
  /** Calls a start off after each of those times; returns how many got through before that. */
  const callOff = async (name: string, moments_ms: number[], prepare: (dir: string) => unknown) => {
    for (const after_ms of moments_ms) {
      const dir = join(root, `${name}-${after_ms}`);
      await prepare(dir);
      const signal = AbortSignal.timeout(after_ms);
      const started = await startEmbedded(dir, { ...FAST, signal }).catch((error) => error);
      if (!(started instanceof Error)) await started.stop();
      else assert.equal(started, signal.reason);
      assert.deepEqual(await runningIn(dir), [], `${name} after ${after_ms} ms`);
      const after = await startEmbedded(dir, FAST); // and the next one finds it in order
      await after.stop();
    }
  };
  const make = async (dir: string) => await (await startEmbedded(dir, FAST)).stop();
  const makeCrashed = async (dir: string) => {
    const crashed = await startEmbedded(dir, FAST);
    Deno.kill(crashed.pid, "SIGKILL");
    await crashed.stop();
  };
  try {
    await t.step("a first one", () => callOff("first", [0, 60, 200, 400, 700, 1_000], () => {}));
    await t.step("a later one", () => callOff("later", [0, 20, 50, 90, 140], make));
    await t.step("a recovery", () => callOff("recovery", [30, 70, 120], makeCrashed));
    await t.step(
      "one that finds it running",
      () => callOff("running", [0, 1], async (dir) => await startEmbedded(dir, FAST)),
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("the log stays bounded and keeps its newest lines", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "old line\n".repeat(50_000) + "newest\n");
  await boundLog(path, 100_000_000);
  assert.ok(await logSize(path) > 400_000);
  await boundLog(path, 300_000);
  const text = await Deno.readTextFile(path);
  assert.ok(text.length < 270_000 && text.startsWith("old line\n") && text.endsWith("newest\n"));
  await Deno.remove(path);
});

Deno.test(
  "below folders that are root's alone it still has a uid of its own",
  { ignore: !AS_ROOT },
  async () => {
    const root = await Deno.makeTempDir(); // 0700, as /root is
    const postgres = await startEmbedded(join(root, "data"), FAST);
    try {
      assert.deepEqual(await query(postgres, "select 1 as one"), [{ one: 1 }]);
      assert.equal((await Deno.stat(join(root, "data", "pgdata"))).uid, POSTGRES_UID);
    } finally {
      await postgres.stop();
      await Deno.remove(root, { recursive: true });
    }
  },
);
