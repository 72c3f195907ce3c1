import type { DeliveryEvent, Reading } from "@/server/providers/provider.ts";
import { sentry } from "@/server/providers/sentry.ts";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";

// deno-lint-ignore no-explicit-any -- payloads are of any shape, and tests break them on purpose
export type Payload = any;

export const UUID = "9a3f6c1e-5d0b-4f5e-8f6a-2b7c9d0e1f23";
export const APP = { type: "application", id: "agent", name: "Agent" };
export const flowOf = (read: DeliveryEvent) => flowId("sentry", read, "builtin");

export const comment = (
  change: Payload = {},
  actor: Payload = { type: "user", id: 7, name: "nora" },
) => ({
  action: "created",
  installation: { uuid: UUID },
  actor,
  data: {
    comment: "@agent analyze",
    comment_id: 1234,
    issue_id: 100,
    project_slug: "tea-shop",
    timestamp: "2026-03-02T21:51:44.118160Z",
    ...change,
  },
});

export const issue = (change: Payload = {}): Payload => ({
  action: "created",
  installation: { uuid: UUID },
  actor: APP,
  data: {
    issue: {
      id: "100",
      title: "TypeError: boom",
      culprit: "POST /checkout",
      level: "error",
      metadata: { type: "TypeError", value: "boom" },
      url: "https://sentry.io/api/0/organizations/harbour/issues/100/",
      web_url: "https://harbour.sentry.io/issues/100/",
      project: { id: "1", slug: "tea-shop" },
      ...change,
    },
  },
});

export const alert = (change: Payload = {}): Payload => ({
  action: "triggered",
  installation: { uuid: UUID },
  actor: { type: "application", id: "sentry", name: "Sentry" },
  data: {
    triggered_rule: "Checkout is broken",
    event: {
      event_id: "e1",
      issue_id: "100",
      title: "TypeError: boom",
      url: "https://sentry.io/api/0/projects/harbour/tea-shop/events/e1/",
      web_url: "https://sentry.io/organizations/harbour/issues/100/events/e1/",
      exception: {
        values: [{
          type: "TypeError",
          value: "boom",
          stacktrace: {
            frames: [
              { filename: "server.ts", function: "handle", lineno: 41 },
              { filename: "checkout.ts", function: null, lineno: 88 },
            ],
          },
        }],
      },
      ...change,
    },
  },
});

function reading(resource: string | null, payload: unknown, headers = {}): Reading {
  const body = payload instanceof Uint8Array
    ? payload
    : new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  const all = new Headers(headers);
  if (resource !== null) all.set("sentry-hook-resource", resource);
  return sentry.read(all, body);
}

/** The event of a payload that must be readable. */
export function event(resource: string, payload: unknown, headers?: Record<string, string>) {
  const read = reading(resource, payload, headers);
  if (read.kind === "unreadable") throw new Error(read.reason);
  return read.event;
}

/** Why a payload was not read, which must be so. */
export function reasonOf(resource: string | null, payload: unknown): string {
  const read = reading(resource, payload);
  if (read.kind !== "unreadable") throw new Error("it was read");
  return read.reason;
}
