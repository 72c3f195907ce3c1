import assert from "node:assert/strict";
import { custom } from "@/server/providers/custom.ts";
import { markerOf } from "@/server/providers/markdown_out.ts";

const ZWSP = "\u200b";
const prepare = (text: string) =>
  custom.prepare(text, { marker_id: "t1", mentions: ["@agent"], more_url: "http://x/tasks/t1" });

Deno.test("an answer carries our marker, and nothing in it starts work when it comes back", () => {
  const [answer] = prepare("say @agent plan");
  assert.equal(answer, `<!-- agent:t1 -->\nsay @${ZWSP}agent plan`);
  assert.equal(markerOf(answer), "t1");
});

Deno.test("a long answer goes out in parts, each with a marker of its own", () => {
  const parts = prepare("word ".repeat(50_000));
  assert.ok(parts.length > 1);
  assert.match(parts[1], /^<!-- agent:t1\.2 -->\n/);
  for (const part of parts) assert.ok(part.length <= 100_000);
  assert.match(prepare("word ".repeat(500_000)).at(-1)!, /the whole text\]\(http:\/\/x/);
});

Deno.test("we are mentioned by name, and what is shown in code is not said", () => {
  assert.deepEqual(custom.mentions("helper"), ["@helper"]);
  assert.equal(custom.hide("`@agent fix` x").endsWith(" x"), true);
  assert.ok(!custom.hide("`@agent fix` x").includes("@agent"));
});
