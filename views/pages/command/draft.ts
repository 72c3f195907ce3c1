/** A command as its form holds it: everything as it was typed. */
import type { CommandView, WebhookView } from "@/views/webhooks.ts";

export const DRAFT_FIELDS = [
  "name",
  "aliases",
  "description",
  "trigger",
  "conditions",
  "expression",
  "priority",
  "action",
  "template",
  "reaction",
  "labels",
  "choices",
  "forward_url",
  "target_agent",
  "model",
  "tool_profile",
  "requires_approval",
  "requires_repository",
  "run_for",
  "max_per_hour",
  "enabled",
] as const;
export type DraftField = typeof DRAFT_FIELDS[number];
export type Draft = Record<DraftField, string>;

/** Which fields an action goes by; the others are neither shown nor sent. */
const WORK = ["target_agent", "model", "requires_repository"] as const;
const OF_ACTION: Record<string, readonly DraftField[]> = {
  create_task: ["template", "reaction", "tool_profile", "requires_approval", ...WORK],
  comment: ["template"],
  github_reaction: ["reaction"],
  github_label: ["labels"],
  ask: ["template", "choices", ...WORK],
  respond: ["template"],
  forward: ["template", "forward_url"],
};
const ALWAYS = DRAFT_FIELDS.filter((name) =>
  !Object.values(OF_ACTION).some((fields) => fields.includes(name))
);

/** The fields of a form for a command with this action. */
export const fieldsOf = (action: string): readonly DraftField[] => [
  ...ALWAYS,
  ...(Object.hasOwn(OF_ACTION, action) ? OF_ACTION[action] : []),
];

/** Class names by which a style sheet hides a field where the chosen action has no use for it. */
export const forActions = (field: DraftField): string =>
  [
    "for",
    ...Object.keys(OF_ACTION).filter((action) => OF_ACTION[action].includes(field))
      .map((action) => `for-${action}`),
  ].join(" ");

/** A form for a new command; what it is acknowledged by depends on the provider. */
export const newDraft = ({ actions }: Pick<WebhookView, "actions">): Draft => ({
  ...EMPTY,
  reaction: actions.includes("github_reaction") ? "eyes" : "",
});

export const PRIORITY = "100";

const EMPTY: Draft = {
  name: "",
  aliases: "",
  description: "",
  trigger: "",
  conditions: "",
  expression: "",
  priority: PRIORITY,
  action: "create_task",
  template: "",
  reaction: "",
  labels: "",
  choices: "",
  forward_url: "",
  target_agent: "",
  model: "",
  tool_profile: "read",
  requires_approval: "",
  requires_repository: "",
  run_for: "trusted",
  max_per_hour: "",
  enabled: "on",
};

/** A command as its form shows it. */
export function draftOf(command: CommandView): Draft {
  const { conditions } = command;
  return {
    name: command.name,
    aliases: command.aliases.join(", "),
    description: command.description,
    trigger: command.trigger ?? "",
    conditions: Object.keys(conditions).length > 0 ? JSON.stringify(conditions, null, 2) : "",
    expression: command.expression ?? "",
    priority: String(command.priority),
    action: command.action,
    template: command.template ?? "",
    reaction: command.reaction ?? "",
    labels: command.labels.join("\n"),
    choices: command.choices.join("\n"),
    forward_url: command.forward_url ?? "",
    target_agent: command.target_agent ?? "",
    model: command.model ?? "",
    tool_profile: command.tool_profile,
    requires_approval: ticked(command.requires_approval),
    requires_repository: ticked(command.requires_repository),
    run_for: command.run_for,
    max_per_hour: command.max_per_hour === null ? "" : String(command.max_per_hour),
    enabled: ticked(command.enabled),
  };
}

const ticked = (yes: boolean): string => yes ? "on" : "";
