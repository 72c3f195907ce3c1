import type { ToolProfile } from "@/db/nouns/tool_profile.ts";

export interface ToolRules {
  tools: string[];
  allowed: string[];
}

/** Glob is in `full` only: with 2.1.197 the pattern `/etc/*` listed /etc under `Glob(./**)`. */
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
