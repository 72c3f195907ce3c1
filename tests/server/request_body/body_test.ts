import assert from "node:assert/strict";
import { readBody as read } from "@/server/request_body/body.ts";
import { Budget } from "@/server/request_body/budget.ts";
import { BufferingSink, CountingSink } from "@/server/request_body/sink.ts";

const readBody = (request: Request, max_bytes: number, timeout_ms: number) =>
  read(request, { max_bytes, timeout_ms }, new BufferingSink(new Budget(), max_bytes));

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

Deno.test("what is held is what the budget counts, however the body is cut", async () => {
  const limits = { max_bytes: 1_000_000, timeout_ms: 10_000 };
  for (const [size, count] of [[1, 900], [700, 1_200], [65_536, 15], [999_999, 1]]) {
    const budget = new Budget();
    const sink = new BufferingSink(budget, limits.max_bytes);
    const room = new Uint8Array(65_536); // as the platform reads a chunk, however short it is
    const chunks = Array.from(
      { length: count },
      () => size > room.length ? bytes(size) : room.subarray(0, size),
    );
    const body = await read(streamed(chunks).request, limits, sink);
    assert.ok(body.ok && body.bytes.length === size * count);
    const { byteLength } = body.bytes.buffer;
    assert.equal(budget.held_bytes, byteLength, `${count} chunks of ${size}`);
    assert.ok(byteLength <= Math.max(4_096, 2 * size * count), `${byteLength} for ${count}`);
    sink.release();
    assert.equal(budget.held_bytes, 0);
  }
});

Deno.test("a body in crumbs is refused, and one in small pieces is not", async () => {
  const limits = { max_bytes: 1_000_000, timeout_ms: 10_000 };
  for (const Sink of [BufferingSink, CountingSink]) {
    const pieces = (size: number) => streamed(Array.from({ length: 2_000 }, () => bytes(size)));
    const crumbs = pieces(255);
    const refused = await read(crumbs.request, limits, new Sink(new Budget()));
    assert.equal(refused.ok === false && refused.status, 400);
    assert.equal(crumbs.asked(), 1_001);
    assert.ok((await read(pieces(256).request, limits, new Sink(new Budget()))).ok);
  }
});

Deno.test("a flood of chunks that are all there lets others have their turn", async () => {
  const chunks = Array.from({ length: 900 }, () => bytes(1));
  const { request, asked } = streamed(chunks);
  let seen = Infinity;
  const timer = setTimeout(() => seen = asked(), 0);
  await readBody(request, 1_000_000, 10_000);
  clearTimeout(timer);
  assert.ok(seen < 900, `a timer fired after ${seen} chunks`);
});

Deno.test("the time is over for a body that never lets anybody wait, too", async () => {
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(256)),
  });
  const request = new Request("http://x", { method: "POST", body: endless });
  const body = await readBody(request, 1_000_000_000, 30);
  assert.equal(body.ok === false && body.status, 408);
});
