import assert from "node:assert/strict";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { bytesOf, commentOf, delivery } from "./samples.ts";
import { depsOf, MAX, newest, post } from "./receive_scene.ts";

Deno.test("a form is verified over its own bytes", async () => {
  await using t = await testDatabase();
  const form = new URLSearchParams({ payload: JSON.stringify(commentOf("@agent plan ü")) });
  const { body } = await post(depsOf(t.db), new TextEncoder().encode(form.toString()), {
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  assert.equal(body.outcome, "accepted");
});

Deno.test("25 MiB is the limit, counted as it comes", async () => {
  await using t = await testDatabase();
  const deps = depsOf(t.db);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => receiveWebhook(deps, "github", request),
  );
  const send = async (length: number) => {
    const empty = bytesOf(commentOf("@agent plan ")).length;
    const bytes = bytesOf(commentOf("@agent plan " + "x".repeat(length - empty)));
    assert.equal(bytes.length, length);
    const { headers } = delivery(bytes);
    // a stream: sent in chunks, without Content-Length
    const body = new Blob([bytes]).stream();
    const response = await fetch(`http://127.0.0.1:${server.addr.port}/`, {
      method: "POST",
      headers,
      body,
    });
    return { status: response.status, body: await response.json() };
  };
  try {
    const within = await send(MAX);
    assert.deepEqual([within.status, within.body.outcome], [200, "accepted"]);
    assert.equal((await send(MAX + 1)).status, 413);
    const [kept] = (await newest(t.db)).filter(({ outcome }) => outcome === "refused");
    assert.match(kept.reason!, /larger than 26214400 bytes/);
  } finally {
    await server.shutdown();
  }
});

Deno.test("a body that never ends is given up", async () => {
  await using t = await testDatabase();
  const deps = { ...depsOf(t.db), limits: { max_bytes: MAX, timeout_ms: 30 } };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (controller.desiredSize === 1) controller.enqueue(Uint8Array.of(1));
      return new Promise(() => {});
    },
  });
  const request = new Request("http://x", { method: "POST", body });
  const response = await receiveWebhook(deps, "github", request);
  assert.equal(response.status, 408);
  await response.body?.cancel();
});

Deno.test("when the database does not answer, the sender sees no success", async () => {
  const t = await testDatabase();
  const deps = depsOf(t.db);
  await t[Symbol.asyncDispose]();
  await assert.rejects(receiveWebhook(deps, "github", delivery(commentOf("@agent plan"))));
  // a refusal needs no database to be one
  const refused = await receiveWebhook(
    deps,
    "github",
    delivery(commentOf("x"), { secret: "wrong" }),
  );
  assert.equal(refused.status, 401);
  await refused.body?.cancel();
});
