import assert from "node:assert/strict";
import { z } from "zod";
import { ProviderError } from "@/server/providers/provider.ts";
import {
  addressOf,
  mayPass,
  readAnswer,
  redirectHost,
  retryAfterSeconds,
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
