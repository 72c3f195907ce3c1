import type { Decision } from "@/db/nouns/approval.ts";
import { WORKFLOW_PARTS } from "@/db/nouns/step.ts";
import { providers } from "@/server/providers/mod.ts";
import { COMMAND_DEFAULTS, type CommandSpec } from "@/db/nouns/command.ts";

/** A built-in command: what anybody could store, and what only we may say. */
export interface BuiltinSpec extends CommandSpec {
  line_start_only: boolean;
  whole_texts: string[];
  instructions: string;
  /** what it says of a plan that waits; where none does, its text is said */
  decides: Decision | null;
}

// the description is left out, so that none can be forgotten
const base: Omit<BuiltinSpec, "name" | "description"> = {
  ...COMMAND_DEFAULTS,
  line_start_only: false,
  whole_texts: [],
  instructions: "",
  decides: null,
};

const task = { ...base, action: "create_task", reaction: "eyes" } satisfies Partial<BuiltinSpec>;
const answer = { ...base, action: "comment" } satisfies Partial<BuiltinSpec>;

const NOTHING_WAITS = "No plan waits for a decision here.";
const ANSWER = "Change nothing. Your last message is posted as the answer: make it complete, " +
  "short and in Markdown.";
const ANALYZE = "Analyze what is described below. Find the likely cause in the code where the " +
  "repository is at hand, and say what you are sure of, what you suspect and what is missing. ";

const asked: BuiltinSpec[] = [
  {
    ...task,
    name: "analyze",
    aliases: ["analysis"],
    description: "look into it and say what is going on",
    instructions: ANALYZE + ANSWER,
  },
  {
    ...task,
    name: "plan",
    description: "write a plan for it, changing nothing",
    instructions: "Write a plan for what is described below: the steps in order, the files each " +
      "one touches, how to test it, risks and open questions. " + ANSWER,
  },
  {
    ...task,
    name: "review",
    description: "review the pull request or the code",
    requires_repository: true,
    instructions: "Review the pull request described below (the code of the repository, when it " +
      "is no pull request). Name real defects first, each with file, line and a way out; then " +
      "smaller remarks; say so when you find none. " + ANSWER,
  },
  {
    ...task,
    name: "fix",
    aliases: ["implement"],
    description: "make the change: a plan, your yes, a verified pull request",
    steps: [...WORKFLOW_PARTS],
    instructions: "Make the change that is described below.",
  },
  {
    ...answer,
    name: "approve",
    line_start_only: true,
    whole_texts: ["LGTM"],
    description: "say yes to the plan that waits here, with a note where you add one",
    template: NOTHING_WAITS,
    decides: "approved",
  },
  {
    ...answer,
    name: "reject",
    line_start_only: true,
    description: "say no to the plan that waits here, and why",
    template: NOTHING_WAITS,
    decides: "rejected",
  },
  { ...answer, name: "help", description: "list these commands" },
];

// starts unasked, so it is off until somebody turns it on
const unasked = {
  ...task,
  enabled: false,
  instructions: ANALYZE + ANSWER,
} satisfies Partial<BuiltinSpec>;

/** The commands that every webhook of a provider has. */
export const builtinCommands = (provider: string): BuiltinSpec[] => [
  ...asked,
  ...(providers.get(provider)?.triggers ?? []).map((trigger) => ({ ...unasked, ...trigger })),
];
