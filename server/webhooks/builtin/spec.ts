import { COMMAND_DEFAULTS, type CommandSpec } from "@/db/nouns/command.ts";

/** A built-in command: what anybody could store, and what only we may say. */
export interface BuiltinSpec extends CommandSpec {
  line_start_only: boolean;
  whole_texts: string[];
  instructions: string;
}

// the description is left out, so that none can be forgotten
const base: Omit<BuiltinSpec, "name" | "description"> = {
  ...COMMAND_DEFAULTS,
  line_start_only: false,
  whole_texts: [],
  instructions: "",
};

export const startsTask = { ...base, action: "create_task", reaction: "eyes" } satisfies Partial<
  BuiltinSpec
>;
export const comments = { ...base, action: "comment" } satisfies Partial<BuiltinSpec>;

export const ANSWER =
  "Change nothing. Your last message is posted as the answer: make it complete, " +
  "short and in Markdown.";
export const ANALYZE =
  "Analyze what is described below. Find the likely cause in the code where the " +
  "repository is at hand, and say what you are sure of, what you suspect and what is missing. ";
