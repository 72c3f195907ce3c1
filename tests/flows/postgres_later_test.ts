/** Server and worker are there before Postgres is: they wait, and say for what. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startEmbedded } from "@/db/embedded.ts";
import { freePort } from "@/tests/server/start/started.ts";
import { workerEnv } from "@/tests/helpers/worker.ts";
import {
  assertNothingLeft,
  assertOrderly,
  type Program,
  stopAt,
} from "@/tests/flows/start_stop/attempt.ts";

const WAITING = "waiting for Postgres at";

/** Both on a Postgres that is not there, with a folder each. */
function programs(root: string, database_url: string): Record<"server" | "worker", Program> {
  return {
    server: {
      args: ["server/main.ts", "--supervised"],
      folder: join(root, "server"),
      env: {
        DATABASE_URL: database_url,
        SECRET_KEY: "a secret key of a test",
        ADMIN_TOKEN: "the admin token of a test",
        PORT: String(freePort()),
      },
    },
    worker: {
      args: ["workers/main.ts", "--supervised"],
      folder: join(root, "worker"),
      env: { ...workerEnv({ database_url, model_url: "http://127.0.0.1:1" }), LOG_LEVEL: "debug" },
    },
  };
}

Deno.test("a worker and a server start once Postgres is there, and say once that they wait", async () => {
  const root = await Deno.makeTempDir({ prefix: "later-" });
  const data_dir = join(root, "postgres");
  // Made, so that its address is known, and gone again.
  const before = await startEmbedded(data_dir, { fsync: false });
  await before.stop();
  const { server, worker } = programs(root, before.url);
  const ends = [
    stopAt(server, "listening on", "SIGTERM"),
    stopAt(worker, "worker ready", "closed"),
  ];
  // Both have tried in vain by the time that one of them is told of in its log.
  await Promise.all([stopAt(programs(join(root, "early"), before.url).worker, WAITING, "SIGTERM")]);
  const postgres = await startEmbedded(data_dir, { fsync: false });
  try {
    for (const ended of await Promise.all(ends)) {
      assertOrderly(ended, "after Postgres came");
      const lines = ended.printed.split("\n").filter((line) => line.includes(WAITING));
      assert.ok(lines.length <= 1, ended.printed);
    }
  } finally {
    await postgres.stop();
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("who waits for Postgres says where, without the password, and can be stopped", async () => {
  const root = await Deno.makeTempDir({ prefix: "later-" });
  const url = "postgres://agent:hunter2@127.0.0.1:1/agent";
  for (const program of Object.values(programs(root, url))) {
    const ended = await stopAt(program, WAITING, "SIGTERM");
    assertOrderly(ended, program.args[0]);
    assert.match(
      ended.printed,
      /waiting for Postgres at 127\.0\.0\.1:1, database agent, as DATABASE_URL says/,
    );
    assert.ok(!ended.printed.includes("hunter2"));
    await assertNothingLeft(program.folder, program.args[0]);
  }
  await Deno.remove(root, { recursive: true });
});
