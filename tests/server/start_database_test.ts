/** What becomes of the embedded Postgres when `start` is stopped early, and when its data is gone. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { connect } from "@/db/client.ts";
import { embeddedConnections } from "@/db/connections.ts";
import { startEmbedded } from "@/db/embedded.ts";
import {
  eventually,
  freePort,
  note,
  runningIn,
  start,
  startReal,
} from "@/tests/server/start/started.ts";

const FAST = { fsync: false, settings: { shared_buffers: "8MB" } };

const env = () => ({ PORT: String(freePort()) });
const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);

async function connectionsOf(url: string): Promise<number> {
  const db = connect(url, { max: 1 });
  const [{ max_connections }] = await db.sql.unsafe("show max_connections");
  await db.close();
  return Number(max_connections);
}

/** Removes it although others still write into it. */
async function vanish(path: string): Promise<void> {
  await eventually(`the end of ${path}`, async () => {
    await Deno.remove(path, { recursive: true }).catch(() => {});
    return !await isThere(path);
  });
}

for (const lost of ["pgdata", "DATA_DIR"]) {
  Deno.test(`a ${lost} that vanishes ends the start with words, and no other is made`, async () => {
    const dir = await Deno.makeTempDir();
    const machine = start(dir, { ...env(), MAX_CONCURRENT_TASKS: "100" });
    await machine.saw("Ctrl-C stops everything.");
    const [server, worker] = [await note(dir, "server"), await note(dir, "worker")];
    assert.equal(await connectionsOf(server.env.DATABASE_URL), embeddedConnections(100));
    const path = lost === "pgdata" ? join(dir, "pgdata") : dir;
    await vanish(path);
    assert.equal(await machine.ended, 1, machine.printed());
    assert.match(machine.printed(), /pgdata is gone.*Put the folder back.*DATABASE_URL/s);
    assert.deepEqual(await runningIn(dir), []);
    for (const { pid } of [server, worker]) assert.ok(!await isThere(`/proc/${pid}`));
    assert.ok(!await isThere(join(dir, "pgdata")));
    await vanish(dir);
  });
}

Deno.test("a pgdata that vanished between two starts is not made anew", async () => {
  const dir = await Deno.makeTempDir();
  await (await startEmbedded(dir, FAST)).stop();
  await Deno.remove(join(dir, "pgdata"), { recursive: true });
  const machine = start(dir, env());
  assert.equal(await machine.ended, 1);
  assert.match(machine.printed(), /pgdata is gone.*begin anew.*remove .*postgres_password/s);
  assert.ok(!await isThere(join(dir, "pgdata")));
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a start that is stopped early leaves no Postgres, new or found", async (t) => {
  const cases: [string, (dir: string) => unknown, number[]][] = [
    ["the first start", () => {}, [0, 250, 500, 750, 1_000, 1_300, 1_700, 2_200, 2_900]],
    ["a later start", async (dir) => await (await startEmbedded(dir, FAST)).stop(), [
      400,
      700,
      1_100,
    ]],
    ["one that finds it running", (dir) => startEmbedded(dir, FAST), [0, 200, 400, 600, 1_000]],
  ];
  for (const [name, prepare, moments_ms] of cases) {
    for (const after_ms of moments_ms) {
      await t.step(`${name}, stopped after ${after_ms} ms`, async () => {
        const dir = await Deno.makeTempDir();
        await prepare(dir);
        const machine = await startReal(dir);
        await new Promise((wake) => setTimeout(wake, after_ms));
        machine.signal("SIGTERM");
        const code = await machine.ended;
        // SIGTERM ends a process that has not yet come to hear it, before it has begun.
        const unheard = code === 143 && machine.printed() === "";
        assert.ok(unheard || code === 0, `${code}: ${machine.printed()}`);
        assert.deepEqual(await runningIn(dir), []);
        await Deno.remove(dir, { recursive: true });
      });
    }
  }
});
