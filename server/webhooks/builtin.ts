/** The commands that every door has. Data. */
import type { Askable } from "@/server/webhooks/commands.ts";

export type ActionName = "create_task" | "comment" | "github_reaction";

export interface Command extends Askable {
  description: string;
  actions: ActionName[];
  agent: string;
  tool_profile: "read" | "edit" | "full";
  requires_repository: boolean;
  /** what the agent is told to do */
  instructions: string;
  /** what `comment` says */
  comment: string;
}

const base = {
  aliases: [],
  line_start_only: false,
  whole_texts: [],
  agent: "planning",
  tool_profile: "read",
  requires_repository: false,
  instructions: "",
  comment: "",
} satisfies Partial<Command>;

const task = { ...base, actions: ["create_task", "github_reaction"] } satisfies Partial<Command>;
const answer = { ...base, actions: ["comment"] } satisfies Partial<Command>;

const NOT_YET = "Changes to code need an approval by a person, and approvals are not there yet: " +
  "they come with a later version. Until then I can `analyze`, `plan` and `review`.";

export const builtinCommands: Command[] = [
  {
    ...task,
    name: "analyze",
    aliases: ["analysis"],
    description: "look into it and say what is going on",
    instructions: "Analyze what is described below. Find the likely cause in the code where the " +
      "repository is at hand, and say what you are sure of, what you suspect and what is " +
      "missing. Change nothing. Your last message is posted as the answer: make it complete, " +
      "short and in Markdown.",
  },
  {
    ...task,
    name: "plan",
    description: "write a plan for it, changing nothing",
    instructions: "Write a plan for what is described below: the steps in order, the files each " +
      "one touches, how to test it, risks and open questions. Change nothing. Your last message " +
      "is posted as the answer: make it complete, short and in Markdown.",
  },
  {
    ...task,
    name: "review",
    description: "review the pull request or the code",
    requires_repository: true,
    instructions: "Review the pull request described below (the code of the repository, when it " +
      "is no pull request). Name real defects first, each with file, line and a way out; then " +
      "smaller remarks; say so when you find none. Change nothing. Your last message is posted " +
      "as the answer: make it complete, short and in Markdown.",
  },
  {
    ...answer,
    name: "fix",
    aliases: ["implement"],
    description: "make the change (needs approvals, which come later)",
    comment: NOT_YET,
  },
  {
    ...answer,
    name: "approve",
    line_start_only: true,
    whole_texts: ["LGTM"],
    description: "approve a plan (comes later)",
    comment: NOT_YET,
  },
  {
    ...answer,
    name: "reject",
    line_start_only: true,
    description: "reject a plan (comes later)",
    comment: NOT_YET,
  },
  { ...answer, name: "help", description: "list these commands" },
];

/** What `help` says. */
export function helpText(prefix: string, commands: Command[]): string {
  const lines = commands.map(({ name, aliases, description }) => {
    const also = aliases.length > 0 ? ` (also \`${aliases.join("`, `")}\`)` : "";
    return `- \`${prefix} ${name}\`${also}: ${description}`;
  });
  return ["I listen to these commands:", "", ...lines].join("\n");
}
