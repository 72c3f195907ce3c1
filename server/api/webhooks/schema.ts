/** Webhooks and their commands as the API shows them. */
import { z } from "@hono/zod-openapi";
import { OUTCOMES } from "@/db/nouns/delivery.ts";
import type { WebhookStats as Stats } from "@/db/webhooks/stats.ts";
import { WEBHOOK } from "@/db/nouns/webhook.ts";
import { described } from "@/server/api/noun.ts";
import { asTime, asTimeOrNull, time } from "@/server/api/times.ts";
import { COMMAND } from "@/db/nouns/command.ts";
import { ACTIONS } from "@/db/nouns/command_fields.ts";
import type { CommandView, WebhookView } from "@/views/webhooks.ts";

export const Command = z.object({
  command_id: z.uuid().nullable().openapi({ description: "None: it is built in." }),
  is_builtin: z.boolean(),
  overrides_builtin: z.boolean(),
  ...COMMAND,
  hourly_limit: z.int().nullable().openapi({
    description: "Uses in an hour by one person before deliveries are ignored; none: any number.",
  }),
  webhook_hourly_limit: z.int().nullable().openapi({
    description: "The same for all people together.",
  }),
  uses_last_hour: z.int().openapi({ description: "By all people together." }),
}).openapi("WebhookCommand");

export const WebhookStats = z.object({
  hours: z.number(),
  received: z.int(),
  accepted: z.int(),
  ignored: z.int(),
  duplicate: z.int(),
  refused: z.int(),
  invalid: z.int(),
  at_least: z.array(z.enum(OUTCOMES)).openapi({
    description:
      "The outcomes of which more came than are counted, 2,000 each: their counts, and " +
      "`received`, say how many at least.",
  }),
  answer_ms_p50: z.number().nullable().openapi({ description: "Of the newest 200 answers." }),
  answer_ms_p99: z.number().nullable(),
  last_received_at: time().nullable(),
}).openapi("WebhookStats");

export const Webhook = z.object({
  ...described(WEBHOOK),
  provider_title: z.string(),
  is_open: z.boolean(),
  problem: z.string().nullable().openapi({
    description: "Why it is not open, or which of its commands cannot be read.",
  }),
  address: z.string(),
  command_prefix: z.string(),
  own_command_prefix: z.string().nullable(),
  actions: z.array(z.enum(ACTIONS)),
  event_types: z.array(z.string()),
  commands: z.array(Command),
  stats: WebhookStats,
}).openapi("Webhook");

export const CreatedWebhook = Webhook.extend({
  secret: z.string().nullable().openapi({ description: "Shown here and never again." }),
  added_to_existing: z.boolean().openapi({
    description: "The provider has a webhook, and the commands were added there.",
  }),
}).openapi("CreatedWebhook");

export const statsJson = (stats: Stats): z.infer<typeof WebhookStats> => ({
  ...stats,
  last_received_at: asTimeOrNull(stats.last_received_at),
});

export const commandJson = (command: CommandView): z.infer<typeof Command> => command;

export const webhookJson = (
  { sender: _, has_callback: __, ...view }: WebhookView,
): z.infer<typeof Webhook> => ({
  ...view,
  commands: view.commands.map(commandJson),
  stats: statsJson(view.stats),
  created_at: asTime(view.created_at),
  updated_at: asTime(view.updated_at),
});
