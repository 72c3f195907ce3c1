import assert from "node:assert/strict";
import { testServer } from "@/tests/helpers/server.ts";
import { filled, routesOf, things } from "@/tests/server/every_route.ts";

Deno.test("nobody keeps an answer: JSON, pages, streams, refusals; files with a hash are kept", async () => {
  await using s = await testServer();
  const values = await things(s);
  const cookie = await s.signIn();
  const asked = [cookie, ""].flatMap((who) => ["*/*", "text/html"].map((what) => [who, what]));
  const kinds = new Set<string>();
  for (const { path } of routesOf(s).filter(({ method }) => method === "GET")) {
    for (const [cookie, accept] of asked) {
      const headers = { cookie, accept };
      const answer = await fetch(s.url + filled(path, values), { headers, redirect: "manual" });
      await answer.body?.cancel();
      assert.match(answer.headers.get("cache-control") ?? "", /\bno-store\b/, `GET ${path}`);
      kinds.add(`${answer.status} ${answer.headers.get("content-type")?.split(";")[0]}`);
    }
  }
  const seen = ["200 application/json", "200 text/html", "200 text/event-stream", "303 undefined"];
  for (const kind of [...seen, "401 application/problem+json"]) assert.ok(kinds.has(kind), kind);
  const page = await (await fetch(`${s.url}/sign-in`)).text();
  const [, file] = /href="(\/static\/[^"]+)"/.exec(page)!;
  const kept = await fetch(s.url + file);
  await kept.body?.cancel();
  assert.equal(kept.headers.get("cache-control"), "public, max-age=31536000, immutable");
});
