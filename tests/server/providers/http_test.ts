import assert from "node:assert/strict";
import { z } from "zod";
import { ProviderError } from "@/server/providers/provider.ts";
import { postSelfTest } from "@/server/providers/self_test.ts";
import {
  addressOf,
  mayPass,
  readAnswer,
  redirectHost,
  retryAfterSeconds,
  send,
} from "@/server/providers/http.ts";

const NOW = Date.parse("2026-03-04T10:00:00Z");
const wait = (after: string) => retryAfterSeconds(new Headers({ "retry-after": after }), NOW);

Deno.test("Retry-After is a number of seconds or a date, and a date has passed or not", () => {
  assert.equal(wait("0"), 0);
  assert.equal(wait("7"), 7);
  assert.equal(wait("Wed, 04 Mar 2026 10:02:00 GMT"), 120);
  assert.equal(wait("2026-03-04T10:00:00.500Z"), 1);
  assert.equal(wait("Wed, 04 Mar 2026 09:00:00 GMT"), 1);
});

Deno.test("a Retry-After that is neither is none: no number becomes a year", () => {
  for (const after of ["", "soon", "-5", "1.5", "30.5", "12345678", "3-4", "1e3"]) {
    assert.equal(wait(after), null, after);
  }
  assert.equal(retryAfterSeconds(new Headers(), NOW), null);
});

Deno.test("what may do later what it did not do now", () => {
  const again = [408, 409, 429, 500, 502, 503, 504];
  assert.deepEqual([200, 301, 400, 401, 403, 404, 410, 422, ...again].filter(mayPass), again);
});

Deno.test("an answer that is not the provider's is an error that may pass, and names it", () => {
  const read = (text: string) =>
    readAnswer("Shop GET /x", "Shop", 200, text, z.object({ id: z.number() }).nullable());
  assert.deepEqual(read(`{"id":1}`), { id: 1 });
  assert.equal(read(""), null);
  for (const text of ["<html>", `{"id":"1"}`, "[]"]) {
    assert.throws(() => read(text), (error) => {
      assert.ok(error instanceof ProviderError);
      assert.equal(error.message, "Shop GET /x: 200 with an answer that is not Shop's");
      assert.deepEqual([error.status, error.permanent], [200, false]);
      return true;
    });
  }
});

Deno.test("addresses are joined with one slash, and a redirect's host is named", () => {
  assert.equal(addressOf("https://shop.example//", "/api"), "https://shop.example/api");
  const to = (location: string) => redirectHost(new Headers({ location }));
  assert.equal(to("https://login.example:8443/in"), "login.example:8443");
  assert.equal(to("/in"), "another address");
  assert.equal(redirectHost(new Headers()), "another address");
});

/** A service on loopback that says `piece` again and again until its caller is gone. */
function endless(piece: string, pause_ms: number) {
  const gone = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    const bytes = new TextEncoder().encode(piece);
    let timer: ReturnType<typeof setTimeout>;
    return new Response(
      new ReadableStream({
        pull(controller) {
          const { promise, resolve } = Promise.withResolvers<void>();
          timer = setTimeout(resolve, pause_ms);
          return promise.then(() => controller.enqueue(bytes));
        },
        cancel() {
          clearTimeout(timer);
          gone.resolve();
        },
      }),
    );
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    gone: gone.promise,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("an answer without an end is read up to a limit, and its connection is closed", async () => {
  await using shop = endless("x".repeat(100_000), 0);
  const call = { what: "Shop GET /x", method: "GET", url: shop.url, headers: {} };
  await assert.rejects(send({ ...call, max_answer_bytes: 1_000_000 }), (error) => {
    assert.ok(error instanceof ProviderError);
    assert.equal(error.message, "Shop GET /x: 200 with an answer of over 1000000 bytes");
    assert.deepEqual([error.status, error.permanent], [200, false]);
    return true;
  });
  await shop.gone;
  await using long = endless("x".repeat(1_000_000), 0);
  await assert.rejects(send({ ...call, url: long.url }), /an answer of over 33554432 bytes/);
  await long.gone;
});

Deno.test("an answer that drips is over when the time for it is", async () => {
  await using shop = endless("x", 20);
  const call = { what: "Shop GET /x", method: "GET", url: shop.url, headers: {} };
  await assert.rejects(send({ ...call, timeout_ms: 300 }), (error) => {
    assert.ok(error instanceof ProviderError);
    assert.match(error.message, /^Shop GET \/x: no answer: /);
    return true;
  });
  await shop.gone;
});

Deno.test("an answer at the limit is whole, also where pieces cut its characters", async () => {
  const text = "é".repeat(500);
  const bytes = new TextEncoder().encode(text);
  await using shop = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(ReadableStream.from([bytes.subarray(0, 333), bytes.subarray(333)])),
  );
  const url = `http://127.0.0.1:${shop.addr.port}`;
  const call = { what: "Shop GET /x", method: "GET", url, headers: {} };
  assert.equal((await send({ ...call, max_answer_bytes: 1000 })).text, text);
  await assert.rejects(send({ ...call, max_answer_bytes: 999 }), /over 999 bytes/);
});

Deno.test("a self-test keeps the start of whatever answers", async () => {
  await using shop = endless("x".repeat(100_000), 0);
  const answer = await postSelfTest(shop.url, { headers: {}, body: "" });
  assert.ok("text" in answer && answer.text === "x".repeat(10_000));
  await shop.gone;
});
