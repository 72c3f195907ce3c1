import type { Database } from "@/db/client.ts";
import type { Redactor } from "@/db/process/redact.ts";
import type { Seal } from "@/db/process/seal.ts";
import type { Identity } from "@/workers/workspace/identity.ts";
import type { Spares } from "@/workers/workspace/spares.ts";
import type { Runs } from "@/workers/runs.ts";
import type { ClaudeSettings, RunLimits } from "@/workers/claude/run_types.ts";
import type { IsolationSetting } from "@/workers/claude/isolation.ts";
import type { Connection } from "@/server/providers/provider.ts";

export interface Worker {
  readonly db: Database;
  readonly machine_id: string;
  readonly data_dir: string;
  readonly runs_dir: string;
  readonly runFolder: (task_id: string) => string;
  readonly runs: Runs;
  readonly slots: number;
  readonly claude: ClaudeSettings;
  readonly spares: Spares;
  readonly isolation_setting: IsolationSetting;
  readonly limits: RunLimits;
  readonly connections: Record<string, Connection>;
  readonly own_names: Record<string, string>;
  readonly clone_urls: Record<string, string>;
  readonly public_url: string;
  readonly command_prefix: string;
  /** Who commits what a run has changed, and how that is signed. */
  readonly committer: { author: Identity; signing_key: string | null };
  readonly seal: Seal;
  /** What signs the events that this webhook forwards. */
  readonly forwardSecret: (webhook_id: string) => string;
  /** Empty: any public host. */
  readonly forward_hosts: string[];
  readonly redactor: Redactor;
  /** Until a run that still goes on is announced outside. */
  readonly acknowledge_after_seconds: number;
}
