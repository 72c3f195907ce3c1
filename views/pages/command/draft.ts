/** A command as its form holds it: everything as it was typed. */
import {
  COMMAND_FIELD_NAMES,
  type CommandField,
  type CommandSpec,
  fieldOf,
  NEW_COMMAND,
} from "@/db/nouns/command.ts";
import { TYPED } from "@/views/pages/command/typed.ts";
import type { WebhookView } from "@/views/webhooks.ts";

export type Draft = Record<CommandField, string>;

/** Class names by which a style sheet hides a field where the chosen action has no use for it. */
export const forActions = (name: CommandField): string =>
  ["for", ...(fieldOf(name).actions ?? []).map((action) => `for-${action}`)].join(" ");

/** A form for a new command; what it is acknowledged by depends on the provider. */
export const newDraft = ({ actions }: Pick<WebhookView, "actions">): Draft => ({
  ...draftOf(NEW_COMMAND),
  reaction: actions.includes("github_reaction") ? "eyes" : "",
});

export const draftOf = (command: CommandSpec): Draft =>
  Object.fromEntries(
    COMMAND_FIELD_NAMES.map((name) => [name, TYPED[fieldOf(name).typed].show(command[name])]),
  ) as Draft;
