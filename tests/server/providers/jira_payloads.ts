import { jira } from "@/server/providers/jira.ts";
import type { DeliveryEvent, Reading } from "@/server/providers/provider.ts";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";

export const flowOf = (read: DeliveryEvent) => flowId("jira", read, "builtin");

// deno-lint-ignore no-explicit-any -- payloads are of any shape, and tests break them on purpose
export type Payload = any;

export const CLOUD = "https://harbour.atlassian.net";
const NORA = { accountId: "5f00a1", displayName: "Nora", accountType: "atlassian" };

export const issue = (site = CLOUD, id = "10012", key = "TEA-12"): Payload => ({
  id,
  key,
  self: `${site}/rest/api/2/issue/${id}`,
  fields: {
    summary: "Wrong total",
    description: "The coupon is taken off twice.",
    project: { id: "10001", key: key.split("-")[0], projectTypeKey: "software" },
    creator: NORA,
  },
});

export const comment = (change: Payload = {}, site = CLOUD): Payload => ({
  timestamp: 1_790_000_000_000,
  webhookEvent: "comment_created",
  issue: issue(site),
  comment: {
    self: `${site}/rest/api/2/issue/10012/comment/501`,
    id: "501",
    author: NORA,
    body: "@agent plan it",
    jsdPublic: true,
    ...change,
  },
});

export const created = (change: Payload = {}): Payload => ({
  webhookEvent: "jira:issue_created",
  issue_event_type_name: "issue_created",
  user: NORA,
  issue: issue(),
  changelog: { id: "900", items: [{ field: "Status", toString: "To Do" }] },
  ...change,
});

/** The payload as it was read, or why it was not. */
export function reading(payload: unknown, headers: Record<string, string> = {}): Reading {
  const body = payload instanceof Uint8Array
    ? payload
    : new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  return jira.read(new Headers({ "content-type": "application/json", ...headers }), body);
}

/** The event of a payload that must be readable. */
export function event(payload: unknown, headers?: Record<string, string>): DeliveryEvent {
  const read = reading(payload, headers);
  if (read.kind === "unreadable") throw new Error(read.reason);
  return read.event;
}

/** Why a payload was not read, which must be so. */
export function reasonOf(payload: unknown): string {
  const read = reading(payload);
  if (read.kind !== "unreadable") throw new Error("it was read");
  return read.reason;
}
