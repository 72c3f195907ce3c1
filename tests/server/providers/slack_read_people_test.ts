import assert from "node:assert/strict";
import { command, eventOf, interaction, read } from "@/tests/server/providers/slack_payloads.ts";

Deno.test("apps are bots, whether or not they say so by a subtype", () => {
  const shown = [
    { bot_id: "B1" },
    { bot_profile: { id: "B1", app_id: "A9" } },
    { app_id: "A9" },
    { subtype: "bot_message", user: null, bot_id: "B1" },
    { user: "USLACKBOT" },
    { subtype: "message_changed", message: { bot_id: "B1", user: "U9", ts: "1.2" } },
  ];
  for (const change of shown) {
    const { actor } = eventOf({ type: "message", ...change });
    assert.equal(actor.is_bot, true, JSON.stringify(change));
  }
  assert.equal(eventOf({ bot_profile: { app_id: "A9" } }).via_app_id, "A9");
  assert.equal(eventOf({ app_id: "A9" }).via_app_id, "A9");
  assert.equal(eventOf({ subtype: "bot_message", user: null, bot_id: "B1" }).actor.id, "B1");
});

Deno.test("whoever writes from another workspace is no member of ours", () => {
  const strangers = [
    eventOf({}, { is_ext_shared_channel: true }),
    eventOf({ user_team: "T2" }),
    eventOf({ source_team: "T2" }),
    eventOf({ team: "T2" }),
    interaction({ user: { id: "U1", team_id: "T2" } }).event,
  ];
  for (const { actor } of strangers) assert.equal(actor.association, "SHARED_CHANNEL");
  const ours = [
    eventOf({}, { is_ext_shared_channel: false }),
    interaction({}).event,
    command().event,
  ];
  for (const { actor } of ours) assert.equal(actor.association, null);
});

Deno.test("who is not named is still not nobody", () => {
  const { actor } = eventOf({ type: "channel_rename", user: undefined, channel: { id: "C1" } });
  assert.deepEqual(actor, {
    id: null,
    name: "somebody unnamed",
    association: null,
    is_bot: false,
  });
});

Deno.test("that we are limited is an event without a person", () => {
  const { kind, event } = read(
    '{"type":"app_rate_limited","team_id":"T1","minute_rate_limited":1518467820}',
  );
  assert.equal(kind, "event");
  assert.equal(event.event_type, "app_rate_limited");
  assert.match(event.dedupe_id, /^sha256:[0-9a-f]{32}$/);
  assert.deepEqual(event.actor, { id: null, name: null, association: null, is_bot: false });
});
