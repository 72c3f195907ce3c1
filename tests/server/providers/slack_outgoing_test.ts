import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import { markerIn, plainBlocks, readPart } from "@/server/providers/slack/outgoing.ts";

const OPTIONS = { marker_id: "task-1", mentions: ["@agent", "<@U0AGENT>"], more_url: null };
const prepare = (text: string, options = {}) => slack.prepare(text, { ...OPTIONS, ...options });
const shown = (text: string) => prepare(text).map((part) => readPart(part).text).join("|");

Deno.test("a short answer is one part, its marker ready to become metadata", () => {
  const [part, ...others] = prepare("All **good**.\n\n- `a`");
  assert.deepEqual(others, []);
  const { text, metadata } = readPart(part);
  assert.equal(text, "All **good**.\n\n- `a`");
  assert.deepEqual(metadata, {
    event_type: "agent_reply",
    event_payload: { marker: "agent:task-1" },
  });
  assert.equal(markerIn(metadata), "task-1");
  const others_say = [null, { event_type: "agent_reply" }, {
    ...metadata,
    event_type: "their_own",
  }];
  for (const other of others_say) assert.equal(markerIn(other), null);
  assert.deepEqual(readPart("plain"), { text: "plain", metadata: null });
});

Deno.test("what would wake a whole channel, or us, comes out dead", () => {
  const calls = ["<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S1|@team>", "<@U0AGENT>"];
  for (const call of [...calls, "<@W1AB>", "@here", "@channel", "@agent approve"]) {
    const text = shown(`Say ${call} now`);
    assert.ok(!text.includes(call), text);
    assert.equal(text.replaceAll("\u200b", ""), `Say ${call} now`);
  }
  // Slack reads these in code as well
  assert.ok(!shown("`<!channel>`\n\n```\n<@U0AGENT>\n```").match(/<[!@]/));
});

Deno.test("Markdown stays as it is, and so does code that people copy", () => {
  const text =
    "# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```html\n<!DOCTYPE html> <!-- x -->\nnpm i @agent/x\n```\n" +
    "\n[a](https://example.org/@agent) `@agent plan` me@example.org\n";
  assert.equal(shown(text), text);
});

Deno.test("a long answer is split on block borders, each part within 12,000 characters", () => {
  const code = "```ts\n" + "const a = 1;\n".repeat(1500) + "```\n";
  const parts = prepare("Before.\n\n" + code + "\nAfter.");
  assert.equal(parts.length, 2);
  for (const part of parts) {
    assert.ok(part.length <= 12_000, `${part.length}`);
    assert.equal(part.match(/^```/gm)!.length, 2, "each fence is closed");
  }
  assert.ok(readPart(parts[1]).text.startsWith("```ts\nconst a"));
  assert.equal(markerIn(readPart(parts[1]).metadata), "task-1.2");
});

Deno.test("after ten parts it is cut, and says where the whole text is", () => {
  const more_url = "https://agent.example.org/tasks/1";
  const parts = prepare("word ".repeat(100_000), { more_url });
  assert.equal(parts.length, 10);
  assert.ok(parts.every((part) => part.length <= 12_000));
  assert.ok(parts[9].endsWith(`… [the whole text](${more_url})`));
  assert.ok(prepare("word ".repeat(100_000))[9].endsWith("… (cut)"));
});

Deno.test("an immediate answer is for the one who asked, and wakes nobody", () => {
  const { content_type, body } = slack.answer!("On it, <!channel>");
  assert.equal(content_type, "application/json");
  assert.deepEqual(JSON.parse(body), {
    response_type: "ephemeral",
    text: "On it, <\u200b!channel>",
  });
});

Deno.test("plain sections hold 3,000 characters, cut in no character and no entity", () => {
  const blocks = plainBlocks("x" + "<".repeat(5000) + "😀".repeat(3000), []);
  const texts = blocks.map((block) => (block as { text: { text: string } }).text.text);
  for (const text of texts) {
    assert.ok(text.length <= 3000 && text.length > 0);
    assert.match(text, /^x?(?:&lt;|😀)+$/u);
  }
  assert.equal(texts.join(""), "x" + "&lt;".repeat(5000) + "😀".repeat(3000));
});
