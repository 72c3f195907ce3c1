import { z } from "zod";
import { MOST_COMMANDS, WEBHOOK_SETTINGS } from "@/db/nouns/webhook.ts";

const secret = () => z.string().min(1).max(500);

const { name, description, enabled } = WEBHOOK_SETTINGS;

export const NewWebhook = z.strictObject({
  provider: z.string(),
  ...WEBHOOK_SETTINGS,
  name: name.optional(),
  description: description.optional(),
  enabled: enabled.optional(),
  secret: secret().optional().meta({
    description: "What deliveries are signed with. None: one is made, and shown once.",
  }),
  separate_endpoint: z.boolean().optional().meta({
    description: "An address of its own, although the provider has a webhook already.",
  }),
  commands: z.array(z.record(z.string(), z.unknown())).max(MOST_COMMANDS).optional(),
});

export const WebhookChange = z.strictObject({
  ...WEBHOOK_SETTINGS,
  secret: secret().meta({
    description: "The new secret of a created webhook; the one before is accepted for 24 hours.",
  }),
}).partial();

export const NewSecret = z.strictObject({
  secret: secret().optional().meta({ description: "None: one is made." }),
});
