import assert from "node:assert/strict";
import { ADMIN_TOKEN, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { testRun } from "@/tests/helpers/writer.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

/** Each asks for a stream and leaves; nobody tells the server that it is gone but its connection. */
const WAYS: Record<string, (connection: Deno.TcpConn, request: Uint8Array) => Promise<void>> = {
  async "after it has read something"(connection, request) {
    await connection.write(request);
    await connection.read(new Uint8Array(4_096));
  },
  async "with what it has not read, which resets the connection"(connection, request) {
    await connection.write(request);
    await connection.read(new Uint8Array(1));
  },
};

async function paths(s: TestServer): Promise<string[]> {
  const run = await testRun(s.db);
  for (let i = 0; i < 20; i++) await run.say("a line of the output ".repeat(2_000));
  const { task_id } = run.task;
  return [`/api/tasks/${task_id}/stream`, "/api/events", `/tasks/${task_id}/live`];
}

const requestOf = (method: string, path: string) =>
  new TextEncoder().encode(
    `${method} ${path} HTTP/1.1\r\nhost: agent\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`,
  );

async function nobodyIsLeft({ live }: TestServer): Promise<void> {
  await untilTrue(() => live.stats().watchers === 0);
  assert.deepEqual(live.stats(), { watchers: 0, queued_bytes: 0 });
}

for (const [way, leave] of Object.entries(WAYS)) {
  Deno.test(`nothing is kept of readers who leave ${way}`, async () => {
    await using s = await testServer({ live: { heartbeat_ms: 50 } });
    const port = Number(new URL(s.url).port);
    for (const path of await paths(s)) {
      await Promise.all(Array.from({ length: 20 }, async () => {
        using connection = await Deno.connect({ hostname: "127.0.0.1", port });
        await leave(connection, requestOf("GET", path));
      }));
    }
    await nobodyIsLeft(s);
  });
}

Deno.test("whoever asks for the head of a stream does not watch it", async () => {
  await using s = await testServer();
  for (const path of await paths(s)) {
    const { status, headers } = await s.call("HEAD", path);
    assert.equal(status, 200);
    assert.match(headers.get("content-type")!, /^text\/event-stream/);
    assert.equal(s.live.stats().watchers, 0, path);
  }
});
