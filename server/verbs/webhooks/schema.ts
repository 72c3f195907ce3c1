/** What may be said of a webhook, field by field. Commands have `server/webhooks/command_schema.ts`. */
import { z } from "zod";
import { agentName } from "@/server/verbs/fields.ts";

/** Text that may be missing; nothing but blanks is as good as none. */
const optionalText = (most: number) =>
  z.string().trim().max(most).nullish().transform((text) => text || null);

const prefix = () =>
  z.string().trim().max(50).regex(/^\S*$/, "must be one word without blanks, such as @agent")
    .nullish().transform((text) => text || null)
    .meta({ description: "What calls the agent in texts; none: COMMAND_PREFIX." });

const agent = () =>
  z.union([agentName(), z.literal("")]).nullish().transform((name) => name || null);

const secret = () => z.string().min(1).max(500);

const fields = {
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(300),
  enabled: z.boolean(),
  command_prefix: prefix(),
  default_command: optionalText(64).meta({
    description: "Asked for by a mention and nothing else; none: `help`.",
  }),
  target_agent: agent(),
  callback_url: optionalText(2000).meta({
    description: "Provider `custom` only: where answers are posted to, signed.",
  }),
};

/** Nobody needs as many, and each one is looked at for every delivery. */
export const MOST_COMMANDS = 500;

export const NewWebhook = z.strictObject({
  provider: z.string(),
  ...fields,
  name: fields.name.optional(),
  description: fields.description.optional(),
  enabled: fields.enabled.optional(),
  secret: secret().optional().meta({
    description: "What deliveries are signed with. None: one is made, and shown once.",
  }),
  separate_endpoint: z.boolean().optional().meta({
    description: "An address of its own, although the provider has a webhook already.",
  }),
  commands: z.array(z.record(z.string(), z.unknown())).max(MOST_COMMANDS).optional(),
});

export const WebhookChange = z.strictObject({
  ...fields,
  secret: secret().meta({
    description: "The new secret of a created webhook; the one before is accepted for 24 hours.",
  }),
}).partial();

export const NewSecret = z.strictObject({
  secret: secret().optional().meta({ description: "None: one is made." }),
});
