import type { ToolProfile } from "@/db/nouns/tool_profile.ts";

/** What `--tools` offers to the model and what `--allowedTools` lets it do without asking. */
export interface ToolRules {
  tools: string[];
  allowed: string[];
}

/**
 * The exact lists of each profile, for `--permission-mode dontAsk` (everything else is denied).
 *
 * Scoped rules end at the work folder, also through symbolic links. Glob is in `full` only: its rule
 * looked at `path` alone, and the pattern `/etc/*` listed the names in /etc under `Glob(./**)` (tried
 * with 2.1.197; 2.1.332 refuses it, but CLAUDE_BIN may be older). Grep with
 * `output_mode: files_with_matches` lists files within the rule.
 */
export const TOOL_PROFILES: Record<ToolProfile, ToolRules> = {
  read: {
    tools: ["Read", "Grep"],
    allowed: ["Read(./**)", "Grep(./**)"],
  },
  edit: {
    tools: ["Read", "Grep", "Edit", "Write"],
    allowed: ["Read(./**)", "Grep(./**)", "Edit(./**)", "Write(./**)"],
  },
  full: {
    tools: ["Bash", "Read", "Grep", "Glob", "Edit", "Write", "Agent", "WebFetch", "WebSearch"],
    allowed: ["Bash", "Read", "Grep", "Glob", "Edit", "Write", "Agent", "WebFetch", "WebSearch"],
  },
};
