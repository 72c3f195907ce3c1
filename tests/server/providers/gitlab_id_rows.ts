// Where GitLab puts ids differs by kind of event, version and kind of hook: each place counts.
import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { bytesOf, hook, issueEvent, noteOnIssue, type Payload } from "./gitlab_payloads.ts";

/** What is looked at, the kind of hook that brings it, and the id that is found. */
export type Row = [what: string, hook: string, payload: Payload, external_id: string | null];

export const SHA = "cfe32cf61b73a0d5e9f13e774abde7ff789b1660";
export const unnumbered = { web_url: "https://git.example.com/harbour/tea-shop" };
export const by_path = { ...unnumbered, path_with_namespace: "harbour/tea-shop" };
/** The event without what says which project it is of, but for `change`. */
export const elsewhere = (payload: Payload, change: Payload = {}): Payload => ({
  ...payload,
  project: undefined,
  project_id: undefined,
  ...change,
});

export const mergeRequest = (attributes: Payload, change: Payload = {}): Payload =>
  elsewhere(issueEvent("open", attributes), { object_kind: "merge_request", ...change });

export const note = (attributes: Payload, change: Payload): Payload =>
  elsewhere(noteOnIssue({ issue: undefined, ...change }, attributes), change);

export const emoji = (change: Payload): Payload => ({
  object_kind: "emoji",
  event_type: "award",
  project_id: 5,
  object_attributes: { id: 1, name: "eyes", awardable_id: 9, action: "award" },
  ...change,
});

export function read(name: string, payload: Payload): DeliveryEvent {
  const reading = gitlab.read(hook(name), bytesOf(payload));
  assert.ok(reading.kind === "event", JSON.stringify(reading));
  return reading.event;
}

/** A test for each table: every row's outside id is found. */
export function testIds(tables: Record<string, Row[]>): void {
  for (const [table, rows] of Object.entries(tables)) {
    Deno.test(`the outside id is found wherever GitLab puts it: ${table}`, () => {
      for (const [what, name, payload, external_id] of rows) {
        const event = read(name, payload);
        assert.equal(event.external_id, external_id, what);
        const has_flow = event.container !== null && event.object !== null;
        assert.equal(has_flow, external_id !== null, what);
      }
    });
  }
}
