import assert from "node:assert/strict";
import { readBody as read } from "@/server/webhooks/body.ts";
import { Budget } from "@/server/webhooks/budget.ts";

const readBody = (request: Request, max_bytes: number, timeout_ms: number, budget = new Budget()) =>
  read(request, { max_bytes, timeout_ms }, budget);

/** A request whose body comes in these chunks; says how many were asked for. */
function streamed(chunks: (Uint8Array | Promise<Uint8Array>)[], headers: HeadersInit = {}) {
  let asked = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks[asked++];
      if (chunk) controller.enqueue(await chunk);
      else controller.close();
    },
  }, { highWaterMark: 0 });
  const request = new Request("http://x", { method: "POST", body, headers });
  return { request, asked: () => asked };
}
const bytes = (length: number) => new Uint8Array(length).fill(7);

Deno.test("a body is read whole, in one piece or in several", async () => {
  for (const chunks of [[bytes(5)], [bytes(2), bytes(3)], [bytes(0), bytes(5)]]) {
    const body = await readBody(streamed(chunks).request, 5, 1000);
    assert.deepEqual(body, { ok: true, bytes: bytes(5) });
  }
});

Deno.test("no body is an empty one", async () => {
  const request = new Request("http://x", { method: "POST" });
  assert.deepEqual(await readBody(request, 5, 1000), { ok: true, bytes: new Uint8Array() });
});

Deno.test("one byte too many ends the reading, whatever Content-Length says", async () => {
  const { request, asked } = streamed([bytes(5), bytes(1), bytes(1)], { "content-length": "3" });
  const body = await readBody(request, 5, 1000);
  assert.equal(body.ok === false && body.status, 413);
  assert.equal(asked(), 2);
});

Deno.test("a Content-Length that is too much is believed", async () => {
  const { request, asked } = streamed([bytes(1)], { "content-length": "6" });
  const body = await readBody(request, 5, 1000);
  assert.equal(body.ok === false && body.status, 413);
  assert.equal(asked(), 0);
});

Deno.test("a body that does not come ends in time", async () => {
  const never = Promise.withResolvers<Uint8Array>();
  const body = await readBody(streamed([bytes(1), never.promise]).request, 5, 30);
  assert.equal(body.ok === false && body.status, 408);
  assert.equal(body.ok === false && body.read_bytes, 1);
  never.resolve(bytes(1));
});

Deno.test("a body that breaks off is no body", async () => {
  const broken = Promise.reject(new Error("reset"));
  broken.catch(() => {});
  const body = await readBody(streamed([bytes(1), broken]).request, 5, 1000);
  assert.equal(body.ok === false && body.status, 400);
});
