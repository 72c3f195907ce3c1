import type { CommandSpec } from "@/db/nouns/command.ts";
import type { ActionName } from "@/db/nouns/command_fields.ts";
import type { CommandTrace } from "@/db/nouns/delivery.ts";
import type { ShownWebhook } from "@/db/nouns/webhook.ts";
import type { WebhookStats } from "@/db/webhooks/stats.ts";

export type { WebhookStats };

export interface CommandView extends CommandSpec {
  command_id: string | null;
  is_builtin: boolean;
  overrides_builtin: boolean;
  /** what holds now for one person; null: any number */
  hourly_limit: number | null;
  webhook_hourly_limit: number | null;
  uses_last_hour: number;
}

export interface WebhookView extends ShownWebhook {
  provider_title: string;
  sender: string;
  has_callback: boolean;
  is_open: boolean;
  /** why it is not open, and which setting or field to change, or which commands cannot be read */
  problem: string | null;
  address: string;
  command_prefix: string;
  /** null: the prefix is COMMAND_PREFIX */
  own_command_prefix: string | null;
  actions: ActionName[];
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
  tasks: { command: string; agent: string; tool_profile: string; prompt: string }[];
  replies: { command: string; kind: string; body: string }[];
  notes: string[];
}

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
