/** Names of deliveries and of what happened. Pure. */
import { createHash } from "node:crypto";
import { contentId } from "@/server/providers/payload.ts";
import type { AnyEvent } from "./schema.ts";

const ID = /^[\w:=+/~@-]{1,100}$/;

/**
 * Names this delivery, the same when it is tried or sent again. Before 17.4 there is no name: then
 * the content and the UUID, which all events of one call to GitLab share, do it together.
 */
export function deliveryId(headers: Headers, body: Uint8Array): string {
  const named = idIn(headers, "webhook-id") ?? idIn(headers, "idempotency-key");
  if (named) return named;
  const content = contentId(body);
  const event = eventUuid(headers);
  return event ? `${event}:${content}` : content;
}

const eventUuid = (headers: Headers): string | null => idIn(headers, "x-gitlab-event-uuid");

function idIn(headers: Headers, name: string): string | null {
  const value = headers.get(name);
  return value !== null && ID.test(value) ? value : null;
}

/**
 * Names what happened, the same whichever hook tells of it. All events of one call to GitLab have
 * its UUID, so what it happened to counts as well; older versions have the time of the change.
 */
export function eventKey(any: AnyEvent, object_id: string | null, headers: Headers): string | null {
  const { object_attributes: attributes, ref, after } = any;
  const version = eventUuid(headers) ??
    [attributes?.updated_at ?? any.updated_at ?? attributes?.finished_at, after, any.changes];
  if (Array.isArray(version) && !version[0] && !after) return null;
  const subject = attributes?.id ?? any.build_id ?? any.deployment_id ?? any.id ?? any.user_id;
  const state = attributes?.status ?? any.build_status ?? any.status;
  const parts = JSON.stringify([object_id, subject, state, ref, after, version]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 32);
}
