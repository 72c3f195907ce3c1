/** What a provider can do, what an action needs, and which fields belong to it. Pure. */
import type { Ability, Provider } from "@/server/providers/provider.ts";
import type { ActionName, CommandSpec } from "@/server/webhooks/command.ts";

export interface RuleError {
  path: string;
  message: string;
}

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

/** Actions that the provider has nothing for. */
export function abilityErrors(provider: Can, { action, reaction }: CommandSpec): RuleError[] {
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

/** Fields that mean something to some actions only, and which. */
const BELONGS = {
  template: ["create_task", "comment", "ask", "respond", "forward"],
  reaction: ["create_task", "github_reaction"],
  labels: ["github_label"],
  choices: ["ask"],
  forward_url: ["forward"],
  target_agent: ["create_task", "ask"],
  model: ["create_task", "ask"],
  requires_repository: ["create_task", "ask"],
  tool_profile: ["create_task"],
  requires_approval: ["create_task"],
} satisfies Partial<Record<keyof CommandSpec, ActionName[]>>;

/** Fields that an action needs and does not have, or has and does not need. */
export function actionErrors(spec: CommandSpec): RuleError[] {
  const { action } = spec;
  const foreign = Object.entries(BELONGS).flatMap(([path, actions]) => {
    const belongs = (actions as string[]).includes(action);
    if (belongs || !isSet(spec[path as keyof typeof BELONGS])) return [];
    return [{ path, message: `belongs to ${actions.join(", ")}, not to \`${action}\`` }];
  });
  return [...foreign, ...missingErrors(spec)];
}

/** Is it something else than what it is when left out? */
const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== null && value !== false && value !== "read";

function missingErrors(spec: CommandSpec): RuleError[] {
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
export function profileErrors(spec: CommandSpec): RuleError[] {
  const { action, tool_profile, requires_approval } = spec;
  if (action !== "create_task" || tool_profile === "read" || requires_approval) return [];
  return [{
    path: "tool_profile",
    message: `\`${tool_profile}\` is for text from outside only with \`requires_approval\` true`,
  }];
}
