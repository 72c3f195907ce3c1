/** A webhook as deliveries find it: made of settings and rows, kept in memory. */
import type { Provider } from "@/server/providers/provider.ts";
import type { Vocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import type { Command } from "@/server/webhooks/command.ts";

export interface Webhook {
  provider: Provider;
  /** the row; null only where there is none yet */
  webhook_id: string;
  is_builtin: boolean;
  name: string;
  description: string;
  enabled: boolean;
  /** path of its address: `/webhooks/github`, `/webhooks/github/{webhook_id}` */
  path: string;
  /** the current secret and, while rotating, the previous one; empty: the webhook is shut */
  secrets: string[];
  /** why there is no usable secret; null when there is one */
  secret_problem: string | null;
  /** which stored commands cannot be read, and why; null when all can */
  command_problem: string | null;
  command_prefix: string;
  /** asked for by a mention and nothing else; null: nothing */
  default_command: string | null;
  /** built-in and stored ones, by priority; those that are off are there too */
  commands: Command[];
  /** names that list in the traces of deliveries */
  command_set: string;
  /** words of those that are on */
  vocabulary: Vocabulary;
  /** who works here when a command does not say; null: the planning agent */
  target_agent: string | null;
  /** ids or names; null: the provider's own default */
  trusted_users: string[] | null;
  /** people whom the provider counts as its own, where payloads do not tell; null: unknown */
  full_members: () => ReadonlySet<string> | null;
  /** our name there, once known */
  own_name: () => string | null;
  /** our app's id there, when we act as one */
  app_id: string | null;
}

/** All webhooks of this process. */
export interface Webhooks {
  builtin(provider: string): Webhook | null;
  created(webhook_id: string): Webhook | null;
  all(): Webhook[];
  /** Reads webhooks again, or everything; done by itself when another process changes one. */
  reload(webhook_ids?: string | string[]): Promise<void>;
}
