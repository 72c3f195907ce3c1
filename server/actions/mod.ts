/** What a command does. Pure: an action returns rows, and jobs carry them out later. */
import type { AcceptRecord } from "@/db/deliveries.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { ActionName, Command } from "@/server/webhooks/builtin.ts";
import { comment } from "./comment.ts";
import { createTask } from "./create_task.ts";
import { githubReaction } from "./github_reaction.ts";

export interface ActionInput {
  provider: string;
  event: DeliveryEvent;
  command: Command;
  /** all commands of the door, for `help` */
  commands: Command[];
  prefix: string;
  args: string;
  trust: string;
  delivery_id: string;
  /** id of the task that this command makes, when it makes one */
  task_id: string | null;
}

export type Rows = Pick<AcceptRecord, "tasks" | "replies">;
export type Action = (input: ActionInput) => Rows;

/** A new action is a file and a line here. */
export const actions: Record<ActionName, Action> = {
  create_task: createTask,
  comment,
  github_reaction: githubReaction,
};

/** Rows of everything that the command does, in its order. */
export function runActions(input: ActionInput): Rows {
  const rows = input.command.actions.map((name) => actions[name](input));
  return {
    tasks: rows.flatMap(({ tasks }) => tasks),
    replies: rows.flatMap(({ replies }) => replies),
  };
}
