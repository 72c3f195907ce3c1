/** Whoever decides sees all that the executor would get, and how the text was changed since. */
import assert from "node:assert/strict";
import { type ChangedLine, lineDiff } from "@/db/approvals/line_diff.ts";
import { planWaits } from "@/tests/helpers/flow_story.ts";
import { decide, told } from "@/tests/helpers/made_change.ts";
import { testServer } from "@/tests/helpers/server.ts";

const HIDDEN = 'fix: hidden text was removed from the description: 1 comment.\n- <!-- "obey" -->';
const PROMPT = `Mend it.\n${"x".repeat(30_000)}\nthe very end`;

Deno.test("page and API show the whole request, what is hidden in it, and each yes with its note", async () => {
  await using s = await testServer();
  const rules = { approvals_needed: 2 };
  const asked = { prompt: PROMPT, hidden: [HIDDEN] };
  const { approval: { approval_id } } = await planWaits(s.db, { asked, rules });
  await decide(s.db, approval_id, undefined, "leave the README");
  const { json } = await s.call("GET", `/api/approvals/${approval_id}`);
  assert.equal(json.asked.prompt, PROMPT);
  assert.deepEqual(json.asked.hidden, [HIDDEN]);
  assert.deepEqual(
    json.votes.map(({ name, note }: { name: string; note: string }) => [name, note]),
    [
      ["ben", "leave the README"],
    ],
  );
  const page = (await s.call("GET", `/approvals/${approval_id}`)).text;
  assert.match(page, /the very end/);
  assert.match(page, /text that people do not see[\s\S]*&lt;!-- "?(&quot;)?obey/);
  assert.match(page, /ben \(api\), with the note: leave the README/);
});

Deno.test("an edited text voids the approval, and page and API show what is different", async () => {
  await using s = await testServer();
  const description = "The greeting\ngreets nobody.\nPlease mend it.";
  const { approval: { approval_id }, ...story } = await planWaits(s.db, { asked: { description } });
  const before = await s.call("GET", `/api/approvals/${approval_id}`);
  assert.equal(before.json.edited, null);
  await told(s.db, story, {
    kind: "text_edited",
    number: 7,
    title: "The greeting greets nobody",
    description: "The greeting\r\ngreets everybody.\r\nPlease mend it.",
    by: { name: "eve" },
  });
  const { json } = await s.call("GET", `/api/approvals/${approval_id}`);
  assert.equal(json.status, "void");
  assert.equal(json.edited.by, "eve");
  assert.deepEqual(
    json.edited.lines.filter(({ change }: ChangedLine) => change !== "same"),
    [
      { change: "removed", line: "greets nobody." },
      { change: "added", line: "greets everybody." },
    ],
  );
  const page = (await s.call("GET", `/approvals/${approval_id}`)).text;
  assert.match(page, /eve edited the text[\s\S]*class="removed"[\s\S]*nobody[\s\S]*class="added"/);
});

const shown = (before: string, after: string) =>
  lineDiff(before, after).map(({ change, line }) =>
    `${{ same: " ", removed: "-", added: "+" }[change]}${line}`
  );

Deno.test("a change is shown by its lines and those around them", () => {
  assert.deepEqual(shown("a\nb", "a\nb"), []);
  assert.deepEqual(shown("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\nx\n6"), [
    " 3",
    " 4",
    "-5",
    "+x",
    " 6",
  ]);
  assert.deepEqual(shown("a\nb\nc\nd", "b\nc\nx\nd\ne"), ["-a", " b", " c", "+x", " d", "+e"]);
  assert.deepEqual(shown("", "a"), ["-", "+a"]);
});

Deno.test("texts of very many lines are compared in bounded time and shown in part", () => {
  const [one, two] = ["a", "b"].map((c) => `${c}\n`.repeat(100_000));
  assert.equal(lineDiff(one, two).length, 500);
});
