/** Deliveries as the API shows them, in a list and one with all that is known. */
import { z } from "@hono/zod-openapi";
import { DELIVERY } from "@/db/nouns/delivery.ts";
import { REPLY } from "@/db/nouns/reply.ts";
import type { Delivery as Row, RawRequest } from "@/db/deliveries/list.ts";
import type { Reply as ReplyRow } from "@/db/replies.ts";
import { described, jsonOf } from "@/server/api/noun.ts";
import { readableBody, readablePayload } from "@/views/readable_body.ts";

export const Delivery = z.object(described(DELIVERY)).openapi("Delivery");

const Reply = z.object(described(REPLY)).openapi("Reply");

export const DeliveryTrace = Delivery.extend({
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable().openapi({
    description: "What came in, indented and without secrets; none where it was not kept, is " +
      "larger than 64 KiB or no text: `body_note` says which.",
  }),
  body_note: z.string().nullable(),
  replies: z.array(Reply),
}).openapi("DeliveryTrace");

export const deliveryJson = (row: Row): z.infer<typeof Delivery> => jsonOf(DELIVERY, row);

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
  ...jsonOf(REPLY, row),
  // a forward may carry the payload, and that a token
  body: row.kind === "forward" ? readablePayload(row.body) : row.body,
});
