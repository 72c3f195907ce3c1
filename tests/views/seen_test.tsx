import assert from "node:assert/strict";
import { TaskBadge } from "@/views/parts/badge.tsx";
import { Seen, SeenInFull } from "@/views/parts/seen.tsx";
import { html } from "@/views/render.ts";
import { REFUSED, SEEN } from "@/tests/helpers/story/seen.ts";

const textOf = (markup: string) => markup.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").trim();
const badge = (status: "completed" | "failed", refusals = REFUSED) =>
  textOf(html(<TaskBadge task={{ status, refusals, stop_requested_at: null }} />));

Deno.test("a badge says in words that something was refused, where that matters", () => {
  assert.equal(badge("completed"), "completed with refusals");
  assert.equal(badge("completed", []), "completed");
  assert.equal(badge("completed", REFUSED.filter(({ made_good }) => made_good)), "completed");
  assert.equal(badge("failed"), "failed");
});

Deno.test("what a run saw is a line, and lists of names that say how many there are more", () => {
  const task = { coverage: SEEN, refusals: REFUSED };
  assert.match(textOf(html(<Seen task={task} />)), /^Read 62 files .* WebFetch \(sub-agent\)\.$/);
  const lists = textOf(html(<SeenInFull task={task} />));
  assert.match(lists, /Not allowed Bash ×2: npm test WebFetch: https:\S+ \(a sub-agent\)/);
  assert.match(lists, /Read: \/etc\/services \(done later\)/);
  assert.match(lists, /Read \(62\) src\/server\.ts src\/config\.ts tests\/server_test\.ts 59 more/);
  assert.doesNotMatch(lists, /Changed/);
});

Deno.test("a run that saw nothing, or that nothing is known of, has neither", () => {
  const task = { coverage: null, refusals: null };
  assert.equal(html(<Seen task={task} />) + html(<SeenInFull task={task} />), "");
});
