/** What people and programs are shown of webhooks: the pages and the API show the same. */
import type { CommandSpec } from "@/db/nouns/command.ts";
import type { ActionName } from "@/db/nouns/command_fields.ts";
import type { CommandTrace } from "@/db/nouns/delivery.ts";
import type { ShownWebhook } from "@/db/nouns/webhook.ts";
import type { WebhookStats } from "@/db/webhooks/stats.ts";

export type { WebhookStats };

/** A command, built in or stored. Condition and template are as they were written. */
export interface CommandView extends CommandSpec {
  /** null: built in */
  command_id: string | null;
  is_builtin: boolean;
  /** a stored command in the place of a built-in one */
  overrides_builtin: boolean;
  /** what holds now for one person; null: any number */
  hourly_limit: number | null;
  /** for all people together */
  webhook_hourly_limit: number | null;
  /** by all people together, where there is a limit */
  uses_last_hour: number;
}

/** A webhook. Its secret is never shown again. */
export interface WebhookView extends ShownWebhook {
  provider_title: string;
  /** who posts to it, in words */
  sender: string;
  /** whether answers are posted to an address of its own */
  has_callback: boolean;
  /** enabled, with a secret that can be used */
  is_open: boolean;
  /** why it is not open, and which setting or field to change, or which commands cannot be read */
  problem: string | null;
  /** whole address to give to the provider */
  address: string;
  command_prefix: string;
  /** null: the prefix is COMMAND_PREFIX */
  own_command_prefix: string | null;
  /** what commands can do here */
  actions: ActionName[];
  /** event types that a trigger may name, for suggestions */
  event_types: string[];
  commands: CommandView[];
  stats: WebhookStats;
}

/** What today's commands would do with a delivery that is kept. */
export interface DryRun {
  delivery_id: string;
  event_type: string | null;
  external_id: string | null;
  actor: { id: string | null; name: string | null; trust: string };
  received_at: Date;
  outcome: "accepted" | "ignored" | "unreadable";
  reason: string | null;
  commands: CommandTrace[];
  /** what would be started: the agent, and the prompt that it would get */
  tasks: { command: string; agent: string; tool_profile: string; prompt: string }[];
  /** what would be said, and where: comment, reaction, label, message, forward, answer */
  replies: { command: string; kind: string; body: string }[];
  notes: string[];
}

/** One stage of a webhook's self-test. */
export interface SelfTestStage {
  name: "sign" | "send" | "answer" | "record" | "verify" | "read" | "match";
  ok: boolean;
  detail: string;
}

export interface SelfTest {
  ok: boolean;
  address: string;
  delivery_id: string | null;
  answered_ms: number | null;
  stages: SelfTestStage[];
}

/** What is to be done at the provider, in its own words; `values` are to be copied or ticked. */
export interface SetupView {
  address: string;
  /** the setting that holds the secret of a built-in webhook; null: the secret is stored */
  secret_setting: string | null;
  steps: { label: string; values: string[] }[];
}
