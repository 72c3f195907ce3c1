import type { WorkflowRules } from "@/db/nouns/workflow.ts";
import type { Provider } from "@/server/providers/provider.ts";
import type { Vocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import type { Repositories } from "@/server/repositories/allowed.ts";
import type { Command } from "@/server/webhooks/command.ts";

/** A webhook as deliveries find it: made of settings and rows, kept in memory. */
export interface Webhook {
  provider: Provider;
  webhook_id: string;
  is_builtin: boolean;
  name: string;
  description: string;
  enabled: boolean;
  path: string;
  /** the current one and, while rotating, the previous one; empty: nobody can sign */
  secrets: string[];
  secret_problem: string | null;
  /** which stored commands cannot be read, and why; null when all can */
  command_problem: string | null;
  command_prefix: string;
  default_command: string | null;
  /** built-in and stored ones, by priority; those that are off are there too */
  commands: Command[];
  /** names `commands` in the traces of deliveries */
  command_set: string;
  vocabulary: Vocabulary;
  target_agent: string | null;
  repositories: Repositories;
  /** the settings that hold for workflows that begin now */
  workflow_rules: WorkflowRules;
  /** ids or names; null: the provider's own default */
  trusted_users: string[] | null;
  /** people whom the provider counts as its own, where payloads do not tell; null: unknown */
  full_members: () => ReadonlySet<string> | null;
  own_name: () => string | null;
  app_id: string | null;
}

export interface Webhooks {
  builtin(provider: string): Webhook | null;
  created(webhook_id: string): Webhook | null;
  all(): Webhook[];
  /** Reads webhooks again, or everything; done by itself when another process changes one. */
  reload(webhook_ids?: string | string[]): Promise<void>;
}
