import assert from "node:assert/strict";
import { files, fixture, missing } from "@/tests/server/providers/slack_fixtures.ts";

Deno.test(`each real payload is read, with the event type of its name${missing}`, async () => {
  for (const name of files) {
    const { event, kind } = await fixture(name);
    const named = name.replace(/(\.\d+)?(\.form)?\.json$/, "");
    const wanted = named.replace(/^event_callback\./, "");
    assert.equal(event.event_type.replace(/^block_actions\..*/, "block_actions"), wanted, name);
    assert.equal(kind, named === "url_verification" ? "ping" : "event", name);
    assert.match(event.dedupe_id, /^(Ev\w+|[\w.]+|sha256:[0-9a-f]{32})$/);
  }
});

const T = "T111:C111";
const wanted: Record<string, [external_id: string | null, text: string | null]> = {
  "event_callback.app_mention.json": [`${T}:1595926230.009600`, "<@W111> Hi there!"],
  "event_callback.app_mention.4.json": [
    "T_INSTALLED:C111:1595926230.009600",
    "<@W111> Hi there!",
  ],
  "event_callback.message.2.json": [`${T}:1596183880.004200`, "Hello World!"],
  "event_callback.message.6.json": [
    `${T}:1610261539.000900`,
    "Hi there! Thanks for sharing the info!",
  ],
  "event_callback.message.file_share.json": ["T111:G111:1610493715.001000", "Here is your file!"],
  "event_callback.message.thread_broadcast.json": [`${T}:1633663824.000500`, "Hi there!"],
  "event_callback.message.message_changed.json": [`${T}:1665102338.901939`, null],
  "event_callback.message.message_deleted.json": [`${T}:1665368619.804829`, null],
  "event_callback.message.bot_message.json": [`${T}:1658282075.825129`, null],
  "event_callback.reaction_added.json": [`${T}:1599529504.000400`, null],
  "event_callback.member_joined_channel.json": [T, null],
  "event_callback.app_uninstalled.json": [null, null],
  "slash_command.form.json": [`${T}:111.111.xxx`, "Hi"],
  "block_actions.form.json": [`${T}:111.222`, null],
  "block_actions.3.json": [T, null],
  "message_action.json": [`${T}:1583636382.000300`, null],
  "interactive_message.form.json": ["T111:C222:1520965348.000538", null],
  "view_submission.json": ["T111:view:V111", null],
};
Deno.test(`external ids and texts of real payloads${missing}`, async () => {
  if (files.length === 0) return;
  for (const [name, [external_id, text]] of Object.entries(wanted)) {
    const { event } = await fixture(name);
    assert.equal(event.external_id, external_id, name);
    assert.equal(event.text, text, name);
  }
  assert.equal((await fixture("event_callback.message.6.json")).event.actor.is_bot, true);
  assert.equal((await fixture("event_callback.message.6.json")).event.via_app_id, "A222");
});
