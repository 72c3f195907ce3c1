import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { providers } from "@/server/providers/mod.ts";
import { newStandardSecret } from "@/server/providers/standard_webhooks.ts";

// a form that every provider's scheme accepts
const SECRET = newStandardSecret();
const NOW = new Date();

for (const provider of providers.values()) {
  Deno.test(`${provider.title}: every sample is signed as its webhook wants it, and can be read`, () => {
    assert.ok("self_test" in provider.samples);
    for (const name of Object.keys(provider.samples)) {
      const [first, second] = [1, 2].map(() => provider.sample(name, SECRET, undefined, NOW));
      const headers = new Headers(first.headers);
      const body = new TextEncoder().encode(first.body);
      assert.deepEqual(provider.verify({ headers, body }, [SECRET], NOW), { ok: true }, name);
      const reading = provider.read(headers, body);
      const again = provider.read(
        new Headers(second.headers),
        new TextEncoder().encode(second.body),
      );
      assert.ok(reading.kind !== "unreadable" && again.kind !== "unreadable", name);
      assert.notEqual(reading.event.dedupe_id, again.event.dedupe_id, `${name}: each is a new one`);
    }
  });

  Deno.test(`${provider.title}: a sample says what it is told to say`, () => {
    let said = 0;
    for (const [name, { text }] of Object.entries(provider.samples)) {
      if (text === "") continue;
      const { headers, body } = provider.sample(name, SECRET, "grüße & mehr", NOW);
      const reading = provider.read(new Headers(headers), new TextEncoder().encode(body));
      // a button or a reaction is named by its text, and says nothing
      if (reading.kind !== "event" || reading.event.text === null) continue;
      assert.match(reading.event.text, /grüße & mehr/, name);
      said++;
    }
    assert.ok(said > 0);
  });
}

Deno.test("GitHub's samples are of the kinds that matter", () => {
  const types = Object.keys(github.samples).map((name) => {
    const { headers, body } = github.sample(name, SECRET, undefined, NOW);
    const reading = github.read(new Headers(headers), new TextEncoder().encode(body));
    return reading.kind === "unreadable" ? reading.reason : reading.event.event_type;
  });
  assert.deepEqual([...new Set(types)], [
    "ping",
    "issue_comment.created",
    "issues.opened",
    "pull_request_review_comment.created",
    "issues.labeled",
    "star.created",
  ]);
  assert.throws(() => github.sample("toString", SECRET, undefined, NOW), /no sample toString/);
});
