import { z } from "zod";
import { agentName } from "@/db/nouns/agent_name.ts";
import { conditions, sentConditions } from "@/db/nouns/conditions.ts";
import { repositoryName } from "@/db/nouns/repository_name.ts";
import { WORKFLOW_PARTS } from "@/db/nouns/step.ts";
import { TOOL_PROFILES } from "@/db/nouns/tool_profile.ts";

export const ACTIONS = [
  "create_task",
  "comment",
  "github_reaction",
  "github_label",
  "ask",
  "respond",
  "forward",
] as const;
export type ActionName = typeof ACTIONS[number];

export const REACTIONS = [
  "eyes",
  "+1",
  "-1",
  "laugh",
  "confused",
  "heart",
  "hooray",
  "rocket",
] as const;

/** How a form holds a value as text: `views/pages/command/typed.ts`. */
export type Typed = "text" | "prose" | "words" | "lines" | "json" | "number" | "choice" | "tick";

export interface FieldOf<Value> {
  label: string;
  typed: Typed;
  stored: z.ZodType<Value>;
  input: z.ZodType<Value>;
  fallback: Value;
  actions?: readonly ActionName[];
  words?: readonly string[];
  /** As the API describes it, where that is less than what is stored. */
  described?: z.ZodType;
  /** Shown by a widget and a line of the common kind, with this hint; not given: by its own. */
  plain?: { hint: string };
}

type More = Pick<FieldOf<never>, "actions" | "words" | "described" | "plain">;

const kind = <Value>(typed: Typed, stored: z.ZodType<Value>, of_kind: More = {}) =>
(
  label: string,
  fallback: NoInfer<Value>,
  input: z.ZodType<Value> = stored,
  more: More = {},
): FieldOf<Value> => ({ label, typed, stored, input, fallback, ...of_kind, ...more });

const choice = <const Word extends string>(words: readonly Word[]) =>
  kind<Word>("choice", z.enum(words), { words });
const text = kind("text", z.string());
const maybe = kind("text", z.string().nullable());
const prose = kind("prose", z.string().nullable());
const tick = kind("tick", z.boolean());
const words = kind("words", z.array(z.string()));
const lines = kind("lines", z.array(z.string()));

const word = () =>
  z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/i, "is a word of letters, digits, _ and -, up to 64");
const model = z.string().regex(
  /^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,99}$/,
  "is not the name of a model",
);

const starts_task: More = { actions: ["create_task", "ask"] };

/** Every field of a command, in the order in which it is shown and sent. */
export const COMMAND_FIELDS = {
  name: text("Name", "", word()),
  aliases: words("Also", [], z.array(word()).max(20)),
  description: text("Description", "", z.string().max(300)),
  /** event types that start it unasked, e.g. `issues.opened, issue_comment.*`; null: by name only */
  trigger: maybe("Trigger", null),
  conditions: kind("json", conditions)("Conditions", {}, sentConditions, {
    described: sentConditions,
  }),
  expression: maybe("Expression", null),
  priority: kind("number", z.int())("Priority", 100, z.int().min(0).max(10_000), {
    plain: { hint: "Lower ones run first." },
  }),
  action: choice(ACTIONS)("Action", "create_task"),
  template: prose("Text", null, z.string().max(20_000).nullable(), {
    actions: ["create_task", "comment", "ask", "respond", "forward"],
  }),
  /** github_reaction: which one; create_task: how it is acknowledged, null for not at all */
  reaction: maybe("Reaction", null, z.enum(REACTIONS).nullable(), {
    actions: ["create_task", "github_reaction"],
  }),
  labels: lines("Labels", [], z.array(z.string().trim().min(1).max(50)).max(20), {
    actions: ["github_label"],
  }),
  choices: lines("Choices", [], z.array(z.string().trim().min(1).max(75)).max(10), {
    actions: ["ask"],
  }),
  forward_url: maybe("Address", null, z.string().max(2000).nullable(), { actions: ["forward"] }),
  target_agent: maybe("Agent", null, agentName().nullable(), starts_task),
  model: maybe("Model", null, model.nullable(), starts_task),
  tool_profile: choice(TOOL_PROFILES)("Tools", "read", undefined, { actions: ["create_task"] }),
  requires_approval: tick("Needs an approval", false, undefined, { actions: ["create_task"] }),
  /** what its workflow is made of; empty: one plain task */
  steps: kind("words", z.array(z.enum(WORKFLOW_PARTS)))("Steps", [], undefined, {
    actions: ["create_task"],
    plain: { hint: `In this order: ${WORKFLOW_PARTS.join(", ")}. Left empty: one plain task.` },
  }),
  /** what its workflow changes where nobody names another one */
  repository: maybe("Repository", null, repositoryName().nullable(), {
    actions: ["create_task"],
    plain: { hint: "github:owner/name, with @branch. Left empty: as the event or webhook says." },
  }),
  requires_repository: tick("Needs the repository", false, undefined, starts_task),
  run_for: choice(["trusted", "anyone"])("Who may cause it", "trusted"),
  /** uses in an hour by one person; null: as the server's setting says */
  max_per_hour: kind("number", z.int().nullable())(
    "Uses in an hour by one person",
    null,
    z.int().min(1).max(100_000).nullable(),
  ),
  enabled: tick("It is on", true),
};
