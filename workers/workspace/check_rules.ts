import type { ExecutorResult } from "@/db/nouns/step_results.ts";
import type { Redactor } from "@/db/process/redact.ts";
import { safeText } from "@/workers/workspace/safe_text.ts";
import type { Difference } from "@/workers/workspace/tree.ts";

export interface CheckRules {
  /** As the plan names them; a folder ends with a slash. */
  planned_files: string[];
  /** What the executor says that it changed beside those. */
  outside_plan: ExecutorResult["outside_plan"];
  /** Exactly these, as the approval named them. */
  allowed_ci_files: string[];
  redactor: Redactor;
  max_file_bytes: number;
}

export interface CommitCheck {
  /** In words: why it may not leave. */
  refusals: string[];
  /** It may, and this is said. */
  remarks: string[];
}

export interface Changed extends Difference {
  bytes: number;
}

const LONGEST_PATH = 200;
export const GITLINK = "160000";
export const SYMLINK = "120000";

/** A path as it may be shown. */
export const named = (path: string, { redactor }: CheckRules): string =>
  safeText(redactor.redact(path), LONGEST_PATH);
