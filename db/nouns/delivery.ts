import { z } from "zod";
import { trust } from "@/db/nouns/trust.ts";

export const OUTCOMES = ["accepted", "ignored", "duplicate", "refused", "invalid"] as const;
export type Outcome = typeof OUTCOMES[number];

export const BODY_ENCODINGS = ["gzip", "identity"] as const;

export const commandTrace = z.object({
  name: z.string(),
  reason: z.string(),
  matched: z.boolean(),
});
export type CommandTrace = z.infer<typeof commandTrace>;

const knownReason = z.object({
  text: z.string(),
  /** The reader also wants to know what the payload has here. */
  path: z.string().optional(),
});
/** Why a command does not run, as it is known when the command is compiled. */
export type KnownReason = z.infer<typeof knownReason>;

const tracedCommand = z.object({ name: z.string(), reasons: z.array(knownReason) });
export type TracedCommand = z.infer<typeof tracedCommand>;

export const storedCommandSet = z.array(tracedCommand).catch([]);

export const actor = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  trust,
});
export type Actor = z.infer<typeof actor>;

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
