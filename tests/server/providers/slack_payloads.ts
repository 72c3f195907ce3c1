import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import type { DeliveryEvent, Reading } from "@/server/providers/provider.ts";

// deno-lint-ignore no-explicit-any -- payloads are of any shape, and tests break them on purpose
export type Payload = any;
export type Read = Exclude<Reading, { kind: "unreadable" }>;

export const encode = (text: string) => new TextEncoder().encode(text);
export const JSON_TYPE = "application/json";
export const FORM_TYPE = "application/x-www-form-urlencoded";
export const readRaw = (body: string | Uint8Array, type = JSON_TYPE) =>
  slack.read(
    new Headers({ "content-type": type }),
    typeof body === "string" ? encode(body) : body,
  );

/** What must be readable, read. */
export function read(body: string, type = JSON_TYPE): Read {
  const reading = readRaw(body, type);
  if (reading.kind === "unreadable") assert.fail(reading.reason);
  return reading;
}

/** Why a body was not read, which must be so. */
export const unreadable = (body: string | Uint8Array, type = JSON_TYPE): string => {
  const reading = readRaw(body, type);
  return reading.kind === "unreadable" ? reading.reason : assert.fail("it was read");
};

/** A message in channel C1 by U1, changed where the test needs it. */
export function callback(event: Payload, more: Payload = {}): string {
  const ts = "1700000000.000100";
  const said = { type: "app_mention", user: "U1", text: "hi", channel: "C1", ts, event_ts: ts };
  return JSON.stringify({
    type: "event_callback",
    team_id: "T1",
    api_app_id: "A1",
    event_id: "Ev1",
    event: { ...said, team: "T1", ...event },
    ...more,
  });
}
export const eventOf = (event: Payload, more: Payload = {}): DeliveryEvent =>
  read(callback(event, more)).event;

const COMMAND = {
  team_id: "T1",
  team_domain: "harbour",
  channel_id: "C1",
  user_id: "U1",
  user_name: "nora",
  command: "/agent",
  text: "analyze this",
  response_url: "https://hooks.slack.com/commands/T1/1/x",
  trigger_id: "1.2.abc",
};

/** A slash command, changed where the test needs it. */
export const command = (change: Payload = {}) =>
  read(new URLSearchParams({ ...COMMAND, ...change }).toString(), FORM_TYPE);

/** A button that was pressed, changed where the test needs it. */
export function interaction(change: Payload): Read {
  const payload = {
    type: "block_actions",
    team: { id: "T1", domain: "harbour" },
    user: { id: "U1", username: "nora", team_id: "T1" },
    channel: { id: "C1", name: "tea-shop" },
    container: { type: "message", message_ts: "1700000000.000200", channel_id: "C1" },
    message: { ts: "1700000000.000200", thread_ts: "1700000000.000100", bot_id: "B1" },
    response_url: "https://hooks.slack.com/actions/T1/1/x",
    trigger_id: "1.2.abc",
    actions: [{ type: "button", action_id: "approve", value: "task-1" }],
    ...change,
  };
  return read(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), FORM_TYPE);
}
