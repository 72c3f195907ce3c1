import assert from "node:assert/strict";
import { interaction, JSON_TYPE } from "@/tests/server/providers/slack_payloads.ts";

Deno.test("a button decides, or answers our question", () => {
  const press = (action_id: string, value?: string) =>
    interaction({ actions: [{ action_id, value }] }).event;
  const approve = press("approve", "task-1");
  assert.equal(approve.event_type, "block_actions.approve");
  assert.equal(approve.text, "approve task-1");
  assert.equal(approve.addressed, true);
  assert.equal(approve.object?.id, "C1:1700000000.000100");
  assert.equal(approve.reply_target?.message_ts, "1700000000.000200");
  assert.equal(press("reject").text, "reject");
  assert.equal(press("answer_2", "the second one").text, "the second one");
  for (const other of ["approve_all", "open", ""]) {
    const event = press(other, "@agent fix");
    assert.equal(event.text, null);
    assert.equal(event.addressed, false);
  }
  assert.equal(press("open").event_type, "block_actions.open");
  assert.equal(press("a b\nc").event_type, "block_actions");
});

Deno.test("interactions are answered as Slack wants it: with nothing, or with no choices", () => {
  const empty = { content_type: "text/plain", body: "" };
  for (const type of ["block_actions", "view_submission", "dialog_submission", "shortcut"]) {
    const reading = interaction({ type });
    assert.deepEqual(reading.answer, empty);
    assert.ok(reading.kind === "event" && !reading.shows_answer, "nobody sees that answer");
  }
  for (const type of ["block_suggestion", "dialog_suggestion"]) {
    assert.deepEqual(interaction({ type }).answer, {
      content_type: JSON_TYPE,
      body: '{"options":[]}',
    });
  }
});

Deno.test("a shortcut on a message carries its text as context, not as a command", () => {
  const message = { ts: "1.2", user: "U2", text: "<@U0AGENT> fix" };
  const { event } = interaction({ type: "message_action", message });
  assert.equal(event.text, null);
  assert.equal(event.context?.body, "<@U0AGENT> fix");
  assert.equal(event.context?.author.id, "U2");
});
