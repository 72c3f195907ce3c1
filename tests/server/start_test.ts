import assert from "node:assert/strict";
import { join } from "node:path";
import { adminTokenMac } from "@/db/process/seal.ts";
import { redeemSignInLink } from "@/db/sessions.ts";
import { connect } from "@/db/client.ts";
import { startEmbedded } from "@/db/embedded.ts";
import { createRedactor } from "@/db/process/redact.ts";
import { loadStartConfig } from "@/server/config.ts";
import { prepareDemo } from "@/server/start/demo.ts";
import { childEnvironment } from "@/server/start/environment.ts";
import { ensureSecret } from "@/server/start/secrets.ts";
import {
  eventually,
  freePort,
  isAlive,
  note,
  postgresPid,
  start,
  type Started,
  startThroughNpm,
} from "@/tests/server/start/started.ts";

Deno.test("start brings the machine up, keeps it up and takes it down", async (t) => {
  const dir = await Deno.makeTempDir();
  const PORT = String(freePort());
  const env = { PORT, GITHUB_WEBHOOK_SECRET: "for the server", GITHUB_TOKEN: "for the worker" };
  let machine: Started | null = null;
  try {
    machine = start(dir, env);
    await machine.saw("Ctrl-C stops everything.");

    await t.step("it says where it is, how to sign in, and how the CLI is", async () => {
      const printed = machine!.printed();
      assert.match(printed, new RegExp(`Address +http://127.0.0.1:${PORT}\n`));
      assert.match(printed, /Worker +Claude Code 2\.1\.332, not signed in\n/);
      const token = printed.match(/\/sign-in\/link\?token=([\w-]+)/)![1];
      const { DATABASE_URL, ADMIN_TOKEN_FILE, SECRET_KEY_FILE } = (await note(dir, "server")).env;
      const [admin_token, secret_key] = await Promise.all(
        [ADMIN_TOKEN_FILE, SECRET_KEY_FILE].map(async (file) =>
          (await Deno.readTextFile(file)).trim()
        ),
      );
      const mac = adminTokenMac(secret_key, admin_token);
      const db = connect(DATABASE_URL, { max: 1 });
      assert.equal(await redeemSignInLink(db, token, mac), "admin");
      assert.equal(await redeemSignInLink(db, token, mac), null);
      await db.close();
      await machine!.saw("a line for people");
    });

    await t.step("keys are made once, lie in files, and are nobody else's to read", async () => {
      const [server, worker] = [await note(dir, "server"), await note(dir, "worker")];
      assert.equal(server.env.ADMIN_TOKEN_FILE, join(dir, "admin_token"));
      assert.equal(worker.env.SECRET_KEY_FILE, join(dir, "secret_key"));
      assert.equal(worker.env.ADMIN_TOKEN_FILE, undefined);
      assert.equal((await Deno.stat(join(dir, "secret_key"))).mode! & 0o777, 0o600);
      assert.equal((await Deno.stat(dir)).mode! & 0o077 & 0o066, 0);
    });

    await t.step("neither process sees the other's secrets", async () => {
      const [server, worker] = [await note(dir, "server"), await note(dir, "worker")];
      assert.deepEqual(
        [server.env.GITHUB_WEBHOOK_SECRET, server.env.GITHUB_TOKEN],
        ["for the server", undefined],
      );
      assert.deepEqual(
        [worker.env.GITHUB_WEBHOOK_SECRET, worker.env.GITHUB_TOKEN],
        [undefined, "for the worker"],
      );
    });

    await t.step("a second start of the same folder is refused", async () => {
      const second = start(dir, { PORT: String(freePort()) });
      assert.equal(await second.ended, 1);
      assert.match(second.printed(), /runs already for DATA_DIR .*process \d+.*PORT/s);
    });

    await t.step("a process that is killed is started again", async () => {
      for (const name of ["server", "worker"] as const) {
        const { pid } = await note(dir, name);
        Deno.kill(pid, "SIGKILL");
        await eventually(`a new ${name}`, async () => {
          const now = await note(dir, name).catch(() => null);
          return now !== null && now.pid !== pid;
        });
      }
    });

    await t.step("Postgres is started again when it is killed", async () => {
      const pid = await postgresPid(dir);
      Deno.kill(pid, "SIGKILL");
      await eventually("a new Postgres", async () => {
        const now = await postgresPid(dir).catch(() => pid);
        return now !== pid && isAlive(now);
      });
      await machine!.saw(/Postgres .* is gone: it is started again/);
    });

    await t.step("SIGTERM stops all of it, and that is no failure", async () => {
      const pids = await allPids(dir);
      machine!.signal("SIGTERM");
      assert.equal(await machine!.ended, 0, machine!.printed());
      assert.deepEqual(pids.filter(isAlive), []);
    });

    await t.step("kill -9 of the supervisor leaves nothing that the next start minds", async () => {
      machine = start(dir, env);
      await machine.saw("Ctrl-C stops everything.");
      const [server, worker, postgres] = await allPids(dir);
      machine.signal("SIGKILL");
      await eventually("the children's end", () => !isAlive(server) && !isAlive(worker));
      assert.ok(isAlive(postgres));
      machine = start(dir, env);
      await machine.saw("Ctrl-C stops everything.");
      assert.equal(await postgresPid(dir), postgres);
    });
  } finally {
    machine?.signal("SIGTERM");
    await machine?.ended;
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("what does not stop politely is killed on the second Ctrl-C", async () => {
  const dir = await Deno.makeTempDir();
  const machine = start(dir, { PORT: String(freePort()) }, ["stubborn"]);
  await machine.saw("Ctrl-C stops everything.");
  const pids = await allPids(dir);
  machine.signal("SIGINT");
  await machine.saw(/^no$/m); // the worker has been asked
  const again = setInterval(() => machine.signal("SIGINT"), 100); // somebody is impatient
  assert.equal(await machine.ended.finally(() => clearInterval(again)), 0);
  assert.deepEqual(pids.filter(isAlive), []);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("an npx that is told to end takes the machine with it", async () => {
  const dir = await Deno.makeTempDir();
  const machine = startThroughNpm(dir, { PORT: String(freePort()) });
  await machine.saw("Ctrl-C stops everything.");
  const pids = await allPids(dir);
  machine.signal("SIGTERM");
  await machine.ended; // with the pipes that the orphaned supervisor holds
  assert.deepEqual(pids.filter(isAlive), []);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a taken PORT, a bad setting and an unusable DATA_DIR stop the start in words", async (t) => {
  const dir = await Deno.makeTempDir();
  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const PORT = String(taken.addr.port);
  const cases: [string, Record<string, string>, RegExp][] = [
    ["port", { PORT }, new RegExp(`PORT ${PORT} is taken`)],
    ["settings", { PORT: "x", TASK_MAX_USD: "x" }, /2 problems:\n {2}PORT: .*\n {2}TASK_MAX_USD: /],
    ["folder", { DATA_DIR: "/dev/null/data" }, /DATA_DIR \(\/dev\/null\/data\) cannot be used/],
  ];
  for (const [name, env, message] of cases) {
    await t.step(name, async () => {
      const machine = start(dir, env);
      assert.equal(await machine.ended, 1);
      assert.match(machine.printed(), message);
    });
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("with a DATABASE_URL no Postgres is started; a refusing process ends it all", async () => {
  const [dir, elsewhere] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const postgres = await startEmbedded(elsewhere, { fsync: false });
  try {
    const env = { PORT: String(freePort()), DATABASE_URL: postgres.url, COMMAND_PREFIX: "@refuse" };
    const machine = start(dir, env);
    assert.equal(await machine.ended, 1, machine.printed());
    assert.equal((await note(dir, "server")).env.DATABASE_URL, postgres.url);
    await assert.rejects(Deno.stat(join(dir, "pgdata")));
    assert.ok(postgres.running());
  } finally {
    await postgres.stop();
    await Deno.remove(dir, { recursive: true });
    await Deno.remove(elsewhere, { recursive: true });
  }
});

Deno.test("many starters at once make one secret, and a damaged one is named", async () => {
  const dir = await Deno.makeTempDir();
  const paths = await Promise.all(
    Array.from({ length: 20 }, () => ensureSecret(dir, "secret_key")),
  );
  const secret = await Deno.readTextFile(paths[0]);
  assert.match(secret, /^[\w-]{43}\n$/);
  await ensureSecret(dir, "secret_key");
  assert.equal(await Deno.readTextFile(paths[0]), secret);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(dir))).map((e) => e.name), ["secret_key"]);
  await Deno.writeTextFile(paths[0], "");
  await assert.rejects(ensureSecret(dir, "secret_key"), /secret_key holds no secret/);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a child gets what is no setting, its own settings, and what was decided", () => {
  const env = { PATH: "/bin", SLACK_BOT_TOKEN_FILE: "/s", HOST: "::1", SECRET_KEY: "given" };
  const decided = { SECRET_KEY_FILE: "/key", ADMIN_TOKEN_FILE: "/admin", DATA_DIR: "/data" };
  assert.deepEqual(childEnvironment("worker", env, decided), {
    PATH: "/bin",
    SLACK_BOT_TOKEN_FILE: "/s",
    SECRET_KEY_FILE: "/key",
    DATA_DIR: "/data",
  });
});

Deno.test("a demo uses nobody's account, and nothing outside of this machine", async () => {
  const mine = {
    ANTHROPIC_AUTH_TOKEN: "mine",
    GITHUB_TOKEN_FILE: "/mine",
    SLACK_BOT_TOKEN: "mine",
  };
  const dir = await Deno.makeTempDir();
  const demo = await prepareDemo({ ...mine, PATH: "/bin", PORT: "1234" }, dir);
  try {
    const config = loadStartConfig(demo.env, dir);
    assert.deepEqual([config.port, config.data_dir], [1234, join(dir, "data/demo")]);
    assert.ok(!JSON.stringify(demo.env).includes("mine"));
    for (const name of ["ANTHROPIC_BASE_URL", "GITHUB_API_URL", "GITHUB_URL"] as const) {
      assert.match(demo.env[name]!, /^http:\/\/127\.0\.0\.1:\d+$/, name);
    }
  } finally {
    await demo.close();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a logged line shows no secret of ours and no token", () => {
  const { redact: hide } = createRedactor(['pass"word']);
  assert.equal(
    hide('{"a":"pass\\"word","b":"pass"word","c":"ghp_0123456789abcdefghij"}'),
    '{"a":"[redacted]","b":"[redacted]","c":"[redacted]"}',
  );
  assert.equal(hide("postgres://me:hunter2@db/x"), "postgres://me:[redacted]@db/x");
});

async function allPids(dir: string): Promise<number[]> {
  return [
    (await note(dir, "server")).pid,
    (await note(dir, "worker")).pid,
    await postgresPid(dir),
  ];
}
