/** Real GitHub payloads, changed where a test needs it, and signed as GitHub signs them. */
import { createHmac } from "node:crypto";
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { github } from "@/server/providers/github.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";

export const SECRET = "It's a Secret to Everybody";

// deno-lint-ignore no-explicit-any -- payloads are of any shape, and tests break them on purpose
export type Payload = any;

export const allExamples: { name: string; payload: Payload }[] = (examples as Payload[])
  .flatMap(({ name, examples }) => examples.map((payload: Payload) => ({ name, payload })));

/** A copy of the first example of `issue_comment.created` and the like. */
export function example(event_type: string): Payload {
  const [name, action] = event_type.split(".");
  const found = allExamples.find((e) => e.name === name && e.payload.action === action);
  if (!found) throw new Error(`no example of ${event_type}`);
  return structuredClone(found.payload);
}

/** A comment on an issue by its repository's owner. */
export function commentOf(body: string | null, change: (payload: Payload) => void = () => {}) {
  const payload = example("issue_comment.created");
  payload.comment.body = body;
  payload.comment.author_association = "OWNER";
  change(payload);
  return payload;
}

export const bytesOf = (payload: unknown): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(payload));

export const sign = (body: Uint8Array, secret = SECRET): string =>
  "sha256=" + createHmac("sha256", secret).update(body).digest("hex");

export const headersOf = (event: string, more: Record<string, string> = {}): Headers =>
  new Headers({
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": crypto.randomUUID(),
    ...more,
  });

/** Reads a payload that must be readable. */
export function readEvent(name: string, payload: unknown): DeliveryEvent {
  const reading = github.read(headersOf(name), bytesOf(payload));
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  return reading.event;
}

export interface Change {
  event?: string;
  secret?: string;
  headers?: Record<string, string | null>;
}

/** A signed delivery as GitHub posts it. */
export function delivery(body: unknown, { event, secret, headers }: Change = {}): Request {
  const bytes = body instanceof Uint8Array ? body as Uint8Array<ArrayBuffer> : bytesOf(body);
  const all = headersOf(event ?? "issue_comment", {
    "x-hub-signature-256": sign(bytes, secret),
  });
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  return new Request("http://127.0.0.1/webhooks/github", {
    method: "POST",
    headers: all,
    body: bytes,
  });
}
