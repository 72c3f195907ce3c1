import { z } from "zod";
import { agentName } from "@/db/nouns/agent_name.ts";
import { repositoryMapping, repositoryName } from "@/db/nouns/repository_name.ts";

/** Nobody needs as many, and each one is looked at for every delivery. */
export const MOST_COMMANDS = 500;

const optionalText = (most: number) =>
  z.string().trim().max(most).nullish().transform((text) => text || null);

export const WEBHOOK_SETTINGS = {
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(300),
  enabled: z.boolean(),
  command_prefix: z.string().trim().max(50)
    .regex(/^\S*$/, "must be one word without blanks, such as @agent")
    .nullish().transform((text) => text || null)
    .meta({ description: "What calls the agent in texts; none: COMMAND_PREFIX." }),
  default_command: optionalText(64).meta({
    description: "Asked for by a mention and nothing else; none: `help`.",
  }),
  target_agent: z.union([agentName(), z.literal("")]).nullish().transform((name) => name || null),
  repository: repositoryName({ may_be_empty: true }).nullish()
    .transform((name) => name || null).meta({
      description: "What workflows change where neither the event nor its author names one: " +
        "`github:owner/name`, with `@branch` for another branch than the default one.",
    }),
  repositories: repositoryMapping().nullish().transform((lines) => lines ?? []).meta({
    description: "The same for single projects or channels, each `PROJECT = github:owner/name`.",
  }),
  callback_url: optionalText(2000).meta({
    description: "Provider `custom` only: where answers are posted to, signed.",
  }),
};
const settings = z.object(WEBHOOK_SETTINGS);
export type WebhookSettings = z.output<typeof settings>;
export type WebhookSetting = keyof WebhookSettings;
export const WEBHOOK_SETTING_NAMES = Object.keys(WEBHOOK_SETTINGS) as WebhookSetting[];

export const WEBHOOK = {
  webhook_id: z.uuid(),
  provider: z.string(),
  name: z.string(),
  description: z.string(),
  is_builtin: z.boolean(),
  enabled: z.boolean(),
  default_command: z.string().nullable(),
  target_agent: z.string().nullable(),
  repository: z.string().nullable(),
  repositories: z.array(z.string()),
  callback_url: z.string().nullable(),
  created_by: z.string().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
};
const webhook = z.object(WEBHOOK);
export type ShownWebhook = z.infer<typeof webhook>;

/** A built-in webhook has its secret in the environment. */
export interface WebhookRow extends ShownWebhook {
  command_prefix: string | null;
  secret: Uint8Array | null;
  previous_secret: Uint8Array | null;
  previous_secret_until: Date | null;
  builtin_commands: Record<string, boolean>;
}

const switches = z.record(z.string(), z.boolean()).catch({});

export const readWebhook = (row: WebhookRow): WebhookRow => ({
  ...row,
  builtin_commands: switches.parse(row.builtin_commands),
});
