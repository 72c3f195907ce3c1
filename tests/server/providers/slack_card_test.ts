/** A card within what Slack takes, whatever it holds. */
import assert from "node:assert/strict";
import { cardBlocks, cardText, SHORT_MESSAGE } from "@/server/providers/slack/card.ts";
import { cutMrkdwn, linkTo, shares } from "@/server/providers/slack/mrkdwn.ts";
import type { Button, Card } from "@/server/providers/provider.ts";
import { posted, recorder, refused } from "./slack_recorder.ts";
import { failure, prepared, TARGET } from "./slack_reply_scene.ts";

const PAGE = { label: "Open", url: "https://agent.example.org/flows/0123?a=1&b=2" };
const EMPTY: Card = {
  title: "Plan ready: Mend it",
  to: null,
  lines: [],
  decided: null,
  answer: null,
  sections: [],
  facts: [],
  links: [],
  page: PAGE,
};
const cardOf = (change: Partial<Card>): Card => ({ ...EMPTY, ...change });
const button = (change: Partial<Button> = {}): Button => ({
  action_id: "approve",
  label: "Approve",
  value: "1",
  style: "primary",
  ...change,
});

// deno-lint-ignore no-explicit-any -- blocks are looked into
type Block = any;

/** All texts of the blocks, each checked against Slack's limits. */
function checked(blocks: Block[], most = 12_000): string[] {
  assert.ok(blocks.length <= 50, `${blocks.length} blocks`);
  const texts = blocks.flatMap((block) => {
    if (block.type === "header") return limited(block.text.text, 150);
    if (block.type === "section") return limited(block.text.text, 3000);
    if (block.type === "markdown") return limited(block.text, 12_000);
    if (block.type === "context") return block.elements.map((one: Block) => one.text);
    assert.equal(block.type, "actions");
    assert.ok(block.elements.length <= 25);
    const ids = block.elements.map((one: Block) => one.action_id);
    assert.deepEqual([...new Set(ids)].length, ids.length);
    for (const { text, value = "", action_id, url = "" } of block.elements) {
      limited(text.text, 75);
      limited(action_id, 255);
      assert.ok(value.length <= 2000 && url.length <= 3000);
    }
    return [];
  });
  const all = texts.join("");
  assert.ok(all.length <= most, `${all.length} characters`);
  assert.ok(all.isWellFormed(), "half a character");
  return texts;
}

function limited(text: string, most: number): string {
  assert.ok(text.length > 0 && text.length <= most, `${text.length} of ${most}`);
  return text;
}

const section = (title: string, ...lines: string[]) => ({ title, lines });

Deno.test("a plan of 200 kB is cut part by part, each with a link to the rest", () => {
  const sections = ["Background", "Done", "Insights", "Files"]
    .map((title) => section(title, ...new Array(1000).fill(`${title} ${"x".repeat(40)}`)));
  const texts = checked(cardBlocks(cardOf({ sections }), [button()]));
  const cut = texts.filter((text) =>
    text.endsWith("…&b=2|the rest>") || text.endsWith("|the rest>")
  );
  assert.equal(cut.length, 4);
  for (const text of cut) {
    assert.match(text, /\n… <https:\/\/agent\.example\.org\/flows\/0123\?a=1&amp;b=2\|the rest>$/);
    assert.ok(text.length > 2000, "the room is used");
    assert.match(text.split("\n").at(-2)!, /x{40}$/, "cut at the end of a line");
  }
  checked(cardBlocks(cardOf({ sections }), [button()], SHORT_MESSAGE), SHORT_MESSAGE);
});

Deno.test("what short parts leave is for the long ones", () => {
  const sections = [section("Short", "a"), section("Long", "y".repeat(5000))];
  const texts = checked(cardBlocks(cardOf({ sections }), []));
  assert.ok(texts.find((text) => text.includes("yyy"))!.length > 2900);
  assert.deepEqual(shares([10, 500, 1000], 600), [10, 295, 295]);
  assert.deepEqual(shares([], 5), []);
  assert.deepEqual(shares([7], -3), [0]);
});

Deno.test("neither an emoji nor an entity is cut in two, wherever the cut falls", () => {
  for (const piece of ["😀", "&", "<a>", "👩‍👩‍👧", "ä"]) {
    const text = piece.repeat(4000);
    for (let shift = 0; shift < 12; shift++) {
      const lines = ["z".repeat(shift) + text];
      const [, , said] = checked(
        cardBlocks(cardOf({ lines: ["a"], sections: [section("T", ...lines)] }), []),
      );
      const kept = said.split("\n… ")[0];
      assert.match(kept.replaceAll(/&(?:amp|lt|gt);/g, ""), /^[^&]*$/, "an entity is whole");
      assert.ok(kept.isWellFormed());
    }
  }
  for (let limit = 0; limit < 40; limit++) {
    const cut = cutMrkdwn("&lt;😀&amp;".repeat(10), limit, "<https://x.org|more>");
    assert.ok(cut.length <= limit && cut.isWellFormed(), `${limit}: ${cut}`);
  }
});

Deno.test("what others wrote calls nobody, links nowhere and ends nothing", () => {
  const bad = "<!channel> <!here|x> @here @everyone <@U0NORA> <https://evil.example|Approve> & > x";
  const card = cardOf({
    title: `Plan <!channel> @here ${bad}`,
    lines: [bad],
    sections: [section(bad, bad)],
    facts: [bad],
    links: [{ label: bad, url: "https://a.example/<b>|c d" }],
    decided: { what: "Rejected", by: "<!here>", via: "slack button", note: bad },
  });
  const blocks: Block[] = cardBlocks(card, []);
  const texts = [...checked(blocks), cardText(card)];
  for (const text of texts) {
    const bare = text.replace("<https://a.example/%3Cb%3E%7Cc%20d|", "");
    assert.ok(!/<(?!\u200b)[!@]|<(?!\u200b)http.*\|/.test(text === texts[0] ? "" : bare), text);
    assert.ok(!/@(?:here|everyone)/.test(text), text);
  }
  for (const { type, text } of blocks.filter(({ type }) => type === "section")) {
    assert.deepEqual([type, text.type, text.verbatim], ["section", "mrkdwn", true]);
  }
  assert.equal(linkTo({ label: "", url: "javascript:alert(1)" }, "x"), "");
});

Deno.test("a person is named by an id of here alone", () => {
  const decided = { what: "Approved", by: "U0NORA", via: "slack button", note: "" };
  const line = (change: Partial<Card>) => checked(cardBlocks(cardOf(change), []))[1];
  assert.equal(line({ decided }), "*Approved* by <@U0NORA> (slack button)");
  assert.equal(
    line({ decided: { ...decided, via: "dashboard" } }),
    "*Approved* by U0NORA (dashboard)",
  );
  assert.equal(
    line({ decided: { ...decided, by: "anna", via: "api", note: "go" } }),
    "*Approved* by anna (api): go",
  );
  assert.equal(line({ decided: { ...decided, what: "Expired", by: "", via: "" } }), "*Expired*");
  assert.equal(line({ to: "U0NORA", lines: ["Why?"] }), "<@U0NORA> Why?");
  assert.equal(line({ to: "!channel", lines: ["Why?"] }), "Why?");
  assert.equal(cardText(cardOf({ title: "", to: "U0NORA", lines: ["Why?"] })), "<@U0NORA> Why?");
});

Deno.test("buttons, sections and addresses beyond what Slack takes are left out", () => {
  const many = Array.from({ length: 60 }, (_, n) =>
    button({
      action_id: `${n} ${"i".repeat(300)}`,
      label: "L".repeat(99),
      value: "v".repeat(3000),
    }));
  const sections = Array.from({ length: 90 }, (_, n) => section(`Part ${n}`, "p".repeat(900)));
  const page = { label: "Open", url: `https://a.example/${"u".repeat(4000)}` };
  const blocks: Block[] = cardBlocks(cardOf({ sections, title: "t\n\n".repeat(400), page }), many);
  checked(blocks);
  assert.ok(blocks.at(-1).elements.every(({ url }: Block) => url === undefined));
  assert.deepEqual(cardBlocks(cardOf({ title: "", page: null }), []), []);
  const [, actions]: Block[] = cardBlocks(EMPTY, []);
  assert.deepEqual(actions.elements, [{
    type: "button",
    action_id: "open",
    text: { type: "plain_text", text: "Open" },
    url: PAGE.url,
  }]);
});

Deno.test("an answer stays Markdown, and is cut with a link as well", () => {
  const answer = `# Yes\n\n${"word ".repeat(10_000)}\n<!channel> @here`;
  const blocks: Block[] = cardBlocks(cardOf({ answer }), []);
  checked(blocks);
  const { text } = blocks.find(({ type }) => type === "markdown");
  assert.match(text, /^# Yes\n\nword [\s\S]*\[the whole text\]\(https:\/\/agent\.example\.org/);
  const short: Block[] = cardBlocks(cardOf({ answer: "Ask <!channel> and @here." }), []);
  assert.equal(short[1].text.replaceAll("\u200b", ""), "Ask <!channel> and @here.");
  assert.ok(!/<!channel>|@here/.test(short[1].text));
});

Deno.test("a card is posted and changed as blocks, and shorter where Slack finds it too long", async () => {
  await using hub = recorder(posted(), refused("msg_blocks_too_long"), posted());
  const sections = [section("Long", "x ".repeat(4000))];
  await hub.sender.comment(TARGET, prepared("plain"), [button()], EMPTY);
  const { text, blocks, markdown_text, metadata } = hub.seen[0].body;
  assert.deepEqual([text, markdown_text], ["Plan ready: Mend it", undefined]);
  assert.ok(metadata, "it is found again by its marker");
  assert.deepEqual(blocks.map(({ type }: Block) => type), ["header", "actions"]);
  await hub.sender.updateComment(TARGET, "C1:1700000009.000100", "x", [], cardOf({ sections }));
  const [, first, second] = hub.seen.map(({ body }) => JSON.stringify(body.blocks).length);
  assert.ok(first > 2900 && second < first, `${first} ${second}`);
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    "chat.postMessage",
    "chat.update",
    "chat.update",
  ]);
});

Deno.test("without a token nothing is tried twice", async () => {
  const { slack } = await import("@/server/providers/slack.ts");
  const sender = slack.connect({ base_url: "http://127.0.0.1:1", token: null });
  const error = await failure(sender.comment(TARGET, "x", [], EMPTY));
  assert.deepEqual([error.permanent, error.message], [
    true,
    "Slack chat.postMessage: SLACK_BOT_TOKEN is not set",
  ]);
});

Deno.test("a channel's workspace is asked for before the first message there, a known one is not", async () => {
  await using hub = recorder(Response.json({ ok: true, user_id: "U0AGENT", team_id: "T9" }));
  const place = { ...TARGET, team: null, thread_ts: null };
  assert.equal((await hub.sender.settled!(place)).team, "T9");
  assert.deepEqual(await hub.sender.settled!(TARGET), TARGET);
  assert.equal(hub.seen.length, 1);
});
