import assert from "node:assert/strict";
import { sentry } from "@/server/providers/sentry.ts";
import { markerOf } from "@/server/providers/markdown_out.ts";
import { MAX_COMMENT } from "@/server/providers/sentry/outgoing.ts";

const prepare = (text: string) =>
  sentry.prepare(text, { marker_id: "t1", mentions: ["@agent"], more_url: "http://x/tasks/t1" });

Deno.test("a post of ours begins with an invisible marker and is known by it", () => {
  assert.deepEqual(prepare("Hello"), ["<!-- agent:t1 -->\nHello"]);
  assert.equal(markerOf(prepare("Hello")[0]), "t1");
});

Deno.test("nobody is called by a post of ours", () => {
  assert.ok(!/@(?:nora|agent)/.test(prepare("@nora: say @agent plan")[0]));
  assert.match(prepare("```\nnpm i @sentry/node\n```")[0], /@sentry\/node/);
});

Deno.test("a long text becomes parts, each with its marker, and is cut after ten", () => {
  const parts = prepare("word ".repeat(60_000));
  assert.equal(parts.length, 10);
  for (const [index, part] of parts.entries()) {
    assert.ok(part.length <= MAX_COMMENT);
    const id = index === 0 ? "t1" : `t1.${index + 1}`;
    assert.ok(part.startsWith(`<!-- agent:${id} -->\n`));
  }
  assert.match(parts[9], /\[the whole text\]\(http:\/\/x\/tasks\/t1\)$/);
});
