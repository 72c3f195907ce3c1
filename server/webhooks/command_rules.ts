import { isDeepStrictEqual } from "node:util";
import type { Ability, Provider } from "@/server/providers/provider.ts";
import { partsOf, partsProblem } from "@/db/nouns/step.ts";
import { hostProblem } from "@/server/repositories/hosts.ts";
import type { ActionName } from "@/db/nouns/command_fields.ts";
import {
  COMMAND_FIELD_NAMES,
  type CommandSpec,
  fieldOf,
  type FieldProblem,
  isUsedBy,
} from "@/db/nouns/command.ts";

type Can = Pick<Provider, "title" | "abilities">;

const NEEDS: Record<ActionName, { abilities: Ability[]; what: string }> = {
  create_task: { abilities: [], what: "" },
  comment: { abilities: ["comment"], what: "comments" },
  github_reaction: { abilities: ["reaction"], what: "reactions" },
  github_label: { abilities: ["label"], what: "labels" },
  ask: { abilities: ["comment"], what: "comments to ask in" },
  respond: { abilities: ["answer", "whisper"], what: "answers that only the person who asks sees" },
  forward: { abilities: [], what: "" },
};

export function abilityErrors(provider: Can, { action, reaction }: CommandSpec): FieldProblem[] {
  const { abilities, what } = NEEDS[action];
  if (abilities.length > 0 && !abilities.some((one) => provider.abilities.includes(one))) {
    return [{
      path: "action",
      message: `${provider.title} has no ${what} here, so \`${action}\` cannot be used; ` +
        `there are ${possible(provider).join(", ")}`,
    }];
  }
  if (action === "create_task" && reaction && !provider.abilities.includes("reaction")) {
    return [{ path: "reaction", message: `${provider.title} has no reactions here: leave it out` }];
  }
  return [];
}

const possible = (provider: Can): string[] =>
  Object.entries(NEEDS)
    .filter(([, { abilities }]) =>
      abilities.length === 0 || abilities.some((one) => provider.abilities.includes(one))
    )
    .map(([action]) => action);

/** Fields that an action needs and does not have, or has and does not need. */
export const actionErrors = (spec: CommandSpec): FieldProblem[] => [
  ...foreignErrors(spec),
  ...missingErrors(spec),
];

const foreignErrors = (spec: CommandSpec): FieldProblem[] =>
  COMMAND_FIELD_NAMES.flatMap((path) => {
    const { actions, fallback } = fieldOf(path);
    const { action } = spec;
    if (!actions || isUsedBy(path, action) || isDeepStrictEqual(spec[path], fallback)) return [];
    return [{ path, message: `belongs to ${actions.join(", ")}, not to \`${action}\`` }];
  });

function missingErrors(spec: CommandSpec): FieldProblem[] {
  const { action, template, labels, reaction, forward_url } = spec;
  const needs_template = action === "comment" || action === "ask" || action === "respond";
  const missing: [path: string, is_missing: boolean, message: string][] = [
    ["template", needs_template && !template?.trim(), `\`${action}\` needs a text to post`],
    ["labels", action === "github_label" && labels.length === 0, "at least one label is needed"],
    ["reaction", action === "github_reaction" && reaction === null, "a reaction is needed"],
    ["forward_url", action === "forward" && forward_url === null, "an address is needed"],
  ];
  return missing.filter(([, is_missing]) => is_missing)
    .map(([path, , message]) => ({ path, message }));
}

/** Whoever can write to us can write the text: more than reading waits for a person. */
export function profileErrors(spec: CommandSpec): FieldProblem[] {
  const { action, tool_profile } = spec;
  if (action !== "create_task" || tool_profile === "read") return [];
  if (partsOf(spec).includes("approval")) return [];
  return [{
    path: "tool_profile",
    message: `\`${tool_profile}\` is for text from outside only with \`requires_approval\` true`,
  }];
}

/** What is wrong with the workflow of a command, and with what it is about. */
export function workflowErrors(spec: CommandSpec): FieldProblem[] {
  const { steps, requires_approval, repository } = spec;
  const problem = partsProblem(steps) ??
    (requires_approval && steps.length > 0 && !steps.includes("approval")
      ? "have no `approval`, and `requires_approval` is true"
      : null);
  const errors = problem === null ? [] : [{ path: "steps", message: problem }];
  const unknown = repository === null ? null : hostProblem(repository);
  return unknown === null ? errors : [...errors, { path: "repository", message: unknown }];
}
