import assert from "node:assert/strict";
import { ProviderError } from "@/server/providers/provider.ts";
import { slack } from "@/server/providers/slack.ts";
import { ok } from "./slack_recorder.ts";

export const TARGET = {
  team: "T1",
  channel: "C1",
  thread_ts: "1700000000.000100",
  message_ts: "1700000000.000200",
  user: "U1",
  response_url: null,
};
export const BUTTONS = [
  { action_id: "approve", label: "Approve", value: "task-1", style: "primary" as const },
  { action_id: "answer_1", label: "x".repeat(80), value: "y".repeat(3000), style: null },
];
export const METADATA = { event_type: "agent_reply", event_payload: { marker: "agent:task-1" } };

export const prepared = (text: string) =>
  slack.prepare(text, { marker_id: "task-1", mentions: [], more_url: null })[0];

/** The error of a call that must fail. */
export async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

/** Slack's answer to who we are. */
export const me = () => ok({ user_id: "U0AGENT", team_id: "T1", bot_id: "B1", user: "agent" });
