import type { ToolProfile } from "@/db/nouns/tool_profile.ts";

/** What `--tools` offers to the model and what `--allowedTools` lets it do without asking. */
export interface ToolRules {
  tools: string[];
  allowed: string[];
}

/**
 * For `--permission-mode dontAsk`: all else is denied. Glob is in `full` only: with 2.1.197, which
 * CLAUDE_BIN may be, the pattern `/etc/*` listed /etc under `Glob(./**)`. Grep can list files too.
 */
export const TOOL_RULES: Record<ToolProfile, ToolRules> = {
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
