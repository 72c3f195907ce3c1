import type { Database } from "@/db/client.ts";
import type { Redactor } from "@/db/process/redact.ts";
import type { Seal } from "@/db/process/seal.ts";
import type { Runs } from "@/workers/runs.ts";
import type { ClaudeSettings, RunLimits } from "@/workers/claude/run_types.ts";
import type { IsolationSetting } from "@/workers/claude/isolation.ts";
import type { Connection } from "@/server/providers/provider.ts";

/** What every job of this process works with. */
export interface Worker {
  readonly db: Database;
  readonly machine_id: string;
  /** Folder with one folder per task in it. */
  readonly runs_dir: string;
  /** Name of a task's folder in it. */
  readonly runFolder: (task_id: string) => string;
  readonly runs: Runs;
  /** Tasks at once. */
  readonly slots: number;
  readonly claude: ClaudeSettings;
  readonly isolation_setting: IsolationSetting;
  readonly limits: RunLimits;
  /** How to reach each provider, by its name. */
  readonly connections: Record<string, Connection>;
  /** Our own name at each provider, as far as it is known. */
  readonly own_names: Record<string, string>;
  /** Where repositories of a provider are cloned from. */
  readonly clone_urls: Record<string, string>;
  /** Address of our own pages, for links in answers. */
  readonly public_url: string;
  readonly command_prefix: string;
  /** Opens the secrets of created webhooks. */
  readonly seal: Seal;
  /** What signs the events that this webhook forwards. */
  readonly forwardSecret: (webhook_id: string) => string;
  /** `host:port`s that events and answers may be sent to; empty: any public one. */
  readonly forward_hosts: string[];
  /** Takes out what no reader may see, whatever the CLI prints. */
  readonly redactor: Redactor;
  /** Seconds until a run that still goes on is announced outside. */
  readonly acknowledge_after_seconds: number;
}
