import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import { posted, recorder, refused } from "./slack_recorder.ts";
import { BUTTONS, METADATA, prepared, TARGET } from "./slack_reply_scene.ts";

Deno.test("an answer goes into the thread as Markdown, its marker as metadata", async () => {
  await using hub = recorder(posted());
  assert.deepEqual(await hub.sender.comment(TARGET, prepared("**Done**")), {
    comment_id: "C1:1700000009.000100",
    url: "https://app.slack.com/client/T1/C1/thread/C1-1700000000.000100",
  });
  assert.deepEqual(hub.seen, [{
    method: "POST",
    path: "chat.postMessage",
    authorization: "Bearer xoxb-t0ken",
    body: {
      channel: "C1",
      thread_ts: "1700000000.000100",
      metadata: METADATA,
      markdown_text: "**Done**",
    },
  }]);
});

Deno.test("where there is no thread, a new message begins one", async () => {
  await using hub = recorder(posted());
  const made = await hub.sender.comment({ ...TARGET, thread_ts: null }, "hi");
  assert.equal(made.url, "https://app.slack.com/client/T1/C1/thread/C1-1700000009.000100");
  assert.deepEqual(hub.seen[0].body, { channel: "C1", markdown_text: "hi" });
});

Deno.test("the thread that a message begins is named as deliveries from it name it", async () => {
  await using hub = recorder();
  const begun = (change: Record<string, unknown>, id = "C1:1700000009.000100") =>
    hub.sender.begins!({ ...TARGET, ...change }, id);
  const sample = slack.sample("thread_reply", "x".repeat(32), undefined, new Date());
  const body = sample.body.replace(/"channel":"\w+"/, '"channel":"C1"');
  const reading = slack.read(new Headers(sample.headers), new TextEncoder().encode(body));
  assert.ok(reading.kind === "event");
  const { instance, container, object, external_id } = reading.event;
  assert.deepEqual(begun({ team: container!.id, thread_ts: null }, "C1:1700000000.000100"), {
    instance,
    container_id: container!.id,
    object_id: object!.id,
    external_id,
    url: object!.url,
  });
  assert.equal(begun({}), null, "it stands in a thread");
  assert.equal(begun({ team: null, thread_ts: null }), null);
  assert.equal(begun({ channel: "#tea-shop", thread_ts: null })?.object_id, "C1:1700000009.000100");
});

Deno.test("a channel that an operator named is known by its id afterwards", async () => {
  await using hub = recorder(posted(), posted());
  const target = { ...TARGET, channel: "#tea-shop", thread_ts: null };
  const { comment_id } = await hub.sender.comment(target, "hi");
  await hub.sender.updateComment(target, comment_id, "ho");
  assert.equal(hub.seen[0].body.channel, "#tea-shop");
  assert.equal(hub.seen[1].body.channel, "C1");
  assert.equal(await hub.sender.findComment(target, "task-1", null), null);
});

Deno.test("buttons stand below the Markdown, within Slack's limits", async () => {
  await using hub = recorder(posted());
  await hub.sender.comment(TARGET, prepared("Plan <ready> & **good**"), BUTTONS);
  const { text, blocks, metadata, markdown_text } = hub.seen[0].body;
  assert.equal(markdown_text, undefined);
  assert.equal(text, "Plan &lt;ready&gt; &amp; **good**");
  assert.deepEqual(metadata, METADATA);
  assert.deepEqual(blocks[0], { type: "markdown", text: "Plan <ready> & **good**" });
  assert.equal(blocks[1].type, "actions");
  assert.deepEqual(blocks[1].elements[0], {
    type: "button",
    action_id: "approve",
    text: { type: "plain_text", text: "Approve" },
    value: "task-1",
    style: "primary",
  });
  assert.equal(blocks[1].elements[1].text.text.length, 75);
  assert.equal(blocks[1].elements[1].value.length, 2000);
  assert.ok(!("style" in blocks[1].elements[1]));
});

Deno.test("an update puts its blocks in the place of all there was: the buttons go", async () => {
  await using hub = recorder(posted(), posted());
  await hub.sender.updateComment(TARGET, "C1:1700000009.000100", prepared("Approved."));
  await hub.sender.updateComment(TARGET, "1700000009.000100", "x", BUTTONS);
  assert.deepEqual(hub.seen[0].path, "chat.update");
  assert.deepEqual(hub.seen[0].body, {
    channel: "C1",
    ts: "1700000009.000100",
    metadata: METADATA,
    text: "Approved.",
    blocks: [{ type: "markdown", text: "Approved." }],
  });
  assert.equal(hub.seen[1].body.blocks.length, 2);
});

Deno.test("Markdown that Slack cannot lay out goes out as it is written", async () => {
  await using hub = recorder(refused("invalid_blocks"), posted());
  const text = "# A & B\n\n---\n\n".repeat(300);
  await hub.sender.comment(TARGET, prepared(text), BUTTONS);
  const { blocks } = hub.seen[1].body;
  assert.equal(blocks.at(-1).type, "actions");
  const sections = blocks.slice(0, -1);
  // deno-lint-ignore no-explicit-any
  assert.ok(sections.every((block: any) => block.text.text.length <= 3000));
  assert.ok(blocks.length <= 50);
  assert.match(sections[0].text.text, /^# A &amp; B\n/);
});
