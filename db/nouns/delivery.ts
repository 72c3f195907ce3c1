import { z } from "zod";
import { trust } from "@/db/nouns/trust.ts";

export const OUTCOMES = ["accepted", "ignored", "duplicate", "refused", "invalid"] as const;
export type Outcome = typeof OUTCOMES[number];

export const BODY_ENCODINGS = ["gzip", "identity"] as const;

/** Whether a command ran, and why. */
export const commandTrace = z.object({
  name: z.string(),
  reason: z.string(),
  matched: z.boolean(),
});
export type CommandTrace = z.infer<typeof commandTrace>;

/** Who caused it, as the verified payload names them. */
export const actor = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  trust,
});
export type Actor = z.infer<typeof actor>;

/** One request that came in, and what became of it. */
export const DELIVERY = {
  delivery_id: z.uuid(),
  provider: z.string(),
  webhook_id: z.uuid().nullable().meta({ description: "None: the built-in webhook." }),
  provider_delivery_id: z.string().nullable(),
  event_type: z.string().nullable(),
  external_id: z.string().nullable(),
  flow_id: z.string().nullable(),
  actor: actor.partial(),
  outcome: z.enum(OUTCOMES),
  reason: z.string().nullable(),
  commands: z.array(commandTrace),
  task_ids: z.array(z.uuid()),
  duplicate_of: z.uuid().nullable(),
  replay_of: z.uuid().nullable(),
  notes: z.array(z.string()),
  body_bytes: z.int(),
  received_at: z.date(),
  answered_ms: z.number().nullable(),
};
/** What is stored of it as JSON; what an older version wrote in another way counts as not there. */
export const storedDelivery = z.object({
  actor: DELIVERY.actor.catch({}),
  commands: DELIVERY.commands.catch([]),
  found: z.record(z.string(), z.string()).nullable().catch(null),
  notes: DELIVERY.notes.catch([]),
});

const delivery = z.object(DELIVERY);
export type Delivery = z.infer<typeof delivery>;
