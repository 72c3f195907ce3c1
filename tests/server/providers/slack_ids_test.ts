// Events of Slack name their thread, or what else they are about, at places of their own.
import assert from "node:assert/strict";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { slack } from "@/server/providers/slack.ts";

// deno-lint-ignore no-explicit-any -- payloads are of any shape
type Payload = any;

function read(type: string, body: string): DeliveryEvent {
  const headers = new Headers({ "content-type": type });
  const reading = slack.read(headers, new TextEncoder().encode(body));
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  return reading.event;
}

const callback = (event: Payload, more: Payload = {}): DeliveryEvent =>
  read(
    "application/json",
    JSON.stringify({ type: "event_callback", team_id: "T1", event_id: "Ev1", event, ...more }),
  );

const interaction = (payload: Payload): DeliveryEvent =>
  read(
    "application/x-www-form-urlencoded",
    new URLSearchParams({ payload: JSON.stringify({ team: { id: "T1" }, ...payload }) }).toString(),
  );

const TS = "1700000000.000100";
type Row = [event: Payload, external_id: string | null];

const events: Row[] = [
  [{ type: "message", channel: "C1", ts: TS }, `T1:C1:${TS}`],
  [{ type: "link_shared", channel: "C1", message_ts: TS }, `T1:C1:${TS}`],
  [{ type: "message_metadata_posted", channel_id: "C1", message_ts: TS }, `T1:C1:${TS}`],
  [{ type: "pin_added", channel_id: "C1", item: { message: { ts: TS } } }, `T1:C1:${TS}`],
  [{ type: "reaction_added", item: { channel: "C1", ts: TS } }, `T1:C1:${TS}`],
  [{ type: "reaction_added", item: { type: "file", file: "F1" } }, "T1:file:F1"],
  [
    { type: "assistant_thread_started", assistant_thread: { channel_id: "D1", thread_ts: TS } },
    `T1:D1:${TS}`,
  ],
  [{ type: "file_shared", channel_id: "C1", file_id: "F1" }, "T1:C1"],
  [{ type: "file_change", file_id: "F1" }, "T1:file:F1"],
  [{ type: "file_deleted", file: { id: "F1" } }, "T1:file:F1"],
  [{ type: "channel_rename", channel: { id: "C1" } }, "T1:C1"],
  [{ type: "function_executed", function_execution_id: "Fx1" }, "T1:function_execution:Fx1"],
  [
    { type: "workflow_step_execute", workflow_step: { workflow_step_execute_id: "z-1" } },
    "T1:workflow_step_execution:z-1",
  ],
  [{ type: "subteam_updated", subteam: { id: "S1" } }, "T1:subteam:S1"],
  [{ type: "subteam_members_changed", subteam_id: "S1" }, "T1:subteam:S1"],
  [{ type: "team_join", user: { id: "U1" } }, "T1:user:U1"],
  [{ type: "user_change", user: { id: "U1" } }, "T1:user:U1"],
  [{ type: "app_home_opened", user: "U1", view: { id: "V2", root_view_id: "V1" } }, "T1:view:V1"],
  // nobody could come back to these
  [{ type: "tokens_revoked" }, null],
  [{ type: "app_uninstalled" }, null],
];

const interactions: Row[] = [
  [{ type: "block_actions", channel: { id: "C1" }, message: { ts: TS } }, `T1:C1:${TS}`],
  [{ type: "view_submission", view: { id: "V1" } }, "T1:view:V1"],
  [{ type: "view_submission", view: { id: "V2", root_view_id: "V1" } }, "T1:view:V1"],
  [{ type: "view_closed", view: { id: "V1", root_view_id: null } }, "T1:view:V1"],
  [{ type: "view_submission", team: null, view: { id: "V1", team_id: "T2" } }, "T2:view:V1"],
  [{ type: "block_suggestion", container: { type: "view", view_id: "V1" } }, "T1:view:V1"],
  [
    { type: "view_submission", view: { id: "V1" }, response_urls: [{ channel_id: "C1" }] },
    "T1:C1",
  ],
  [{ type: "workflow_step_edit", workflow_step: { step_id: "1-2" } }, "T1:workflow_step:1-2"],
  [{ type: "shortcut", trigger_id: "1.2.abc" }, null],
];

Deno.test("what happened in Slack is about the thread, channel or thing that it names", () => {
  for (const [event, external_id] of events) {
    assert.equal(callback(event).external_id, external_id, JSON.stringify(event));
  }
  for (const [payload, external_id] of interactions) {
    assert.equal(interaction(payload).external_id, external_id, JSON.stringify(payload));
  }
});

Deno.test("the workspace is told by the event, else by who installed the app", () => {
  const event = { type: "message", channel: "C1", ts: TS };
  const team = (more: Payload) => callback(event, { team_id: undefined, ...more }).container?.id;
  assert.equal(team({ authorizations: [{ team_id: "T3" }] }), "T3");
  assert.equal(team({ enterprise_id: "E1", authorizations: [{ team_id: "T3" }] }), "T3");
  assert.equal(team({ enterprise_id: "E1" }), "E1");
  assert.equal(team({ enterprise_id: "E1", authorizations: "odd" }), "E1");
});

Deno.test("a form that asked for a channel is answered there, and only at Slack's own address", () => {
  const target = (response_url: string) =>
    interaction({
      type: "view_submission",
      view: { id: "V1" },
      response_urls: [{ channel_id: "C1", response_url }],
    }).reply_target;
  const hook = "https://hooks.slack.com/app/T1/1/x";
  assert.deepEqual([target(hook)?.channel, target(hook)?.response_url], ["C1", hook]);
  assert.equal(target("https://evil.example/")?.response_url, null);
});
