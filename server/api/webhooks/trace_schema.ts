/** Deliveries as the API shows them, in a list and one with all that is known. */
import { z } from "@hono/zod-openapi";
import { OUTCOMES } from "@/db/nouns/delivery.ts";
import type { Delivery as Row, RawRequest } from "@/db/deliveries/list.ts";
import type { Reply as ReplyRow } from "@/db/replies.ts";
import { asTime, asTimeOrNull, time } from "@/server/api/times.ts";
import { Trace } from "@/server/api/webhooks/dry_run_schema.ts";
import { readableBody, readablePayload } from "@/views/readable_body.ts";

const TRUST = ["trusted", "untrusted", "self", "bot", "system"] as const;

export const Delivery = z.object({
  delivery_id: z.uuid(),
  provider: z.string(),
  provider_delivery_id: z.string().nullable(),
  webhook_id: z.uuid().nullable().openapi({ description: "None: the built-in webhook." }),
  event_type: z.string().nullable(),
  external_id: z.string().nullable(),
  flow_id: z.string().nullable(),
  actor: z.object({
    id: z.string().nullish(),
    name: z.string().nullish(),
    trust: z.enum(TRUST).optional(),
  }),
  outcome: z.enum(OUTCOMES),
  reason: z.string().nullable(),
  commands: z.array(Trace),
  task_ids: z.array(z.uuid()),
  duplicate_of: z.uuid().nullable(),
  replay_of: z.uuid().nullable(),
  notes: z.array(z.string()),
  body_bytes: z.int(),
  received_at: time(),
  answered_ms: z.number().nullable(),
}).openapi("Delivery");

const Reply = z.object({
  reply_id: z.uuid(),
  task_id: z.uuid().nullable(),
  provider: z.string(),
  kind: z.enum(["comment", "reaction", "label", "message", "forward"]),
  body: z.string(),
  status: z.enum(["pending", "sent", "failed"]),
  tries: z.int(),
  last_error: z.string().nullable(),
  permanent: z.boolean(),
  next_try_at: time().nullable(),
  outside_id: z.string().nullable(),
  outside_url: z.string().nullable(),
  created_at: time(),
  sent_at: time().nullable(),
}).openapi("Reply");

export const DeliveryTrace = Delivery.extend({
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable().openapi({
    description: "What came in, indented and without secrets; none where it was not kept, is " +
      "larger than 64 KiB or no text: `body_note` says which.",
  }),
  body_note: z.string().nullable(),
  replies: z.array(Reply),
}).openapi("DeliveryTrace");

export const deliveryJson = (row: Row): z.infer<typeof Delivery> => ({
  ...row,
  received_at: asTime(row.received_at),
});

export const traceJson = (
  row: Row,
  raw: RawRequest | null,
  replies: ReplyRow[],
): z.infer<typeof DeliveryTrace> => ({
  ...deliveryJson(row),
  headers: raw?.headers ?? {},
  ...bodyOf(raw?.body ?? null),
  replies: replies.map(replyJson),
});

const LONGEST_BODY = 64 * 1024;

function bodyOf(body: Uint8Array | null): { body: string | null; body_note: string | null } {
  const none = (body_note: string) => ({ body: null, body_note });
  if (body === null) return none("it was not kept: only accepted and ignored deliveries keep it");
  if (body.length > LONGEST_BODY) return none("it is larger than 64 KiB");
  const text = readableBody(body);
  return text === null ? none("it is no text") : { body: text, body_note: null };
}

const replyJson = (row: ReplyRow): z.infer<typeof Reply> => ({
  reply_id: row.reply_id,
  task_id: row.task_id,
  provider: row.provider,
  kind: row.kind,
  // a forward may carry the payload, and that a token
  body: row.kind === "forward" ? readablePayload(row.body) : row.body,
  status: row.status,
  tries: row.tries,
  last_error: row.last_error,
  permanent: row.permanent,
  next_try_at: asTimeOrNull(row.next_try_at),
  outside_id: row.outside_id,
  outside_url: row.outside_url,
  created_at: asTime(row.created_at),
  sent_at: asTimeOrNull(row.sent_at),
});
