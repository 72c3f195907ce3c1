import type { Answer } from "@/server/providers/provider.ts";
import type { ActionName } from "@/db/nouns/command_fields.ts";
import type { Action, ActionInput, ActionResult } from "./action.ts";
import { ask } from "./ask.ts";
import { comment } from "./comment.ts";
import { createTask } from "./create_task.ts";
import { forward } from "./forward.ts";
import { githubLabel } from "./github_label.ts";
import { githubReaction } from "./github_reaction.ts";
import { respond } from "./respond.ts";

/** A new action is a file and a line here. */
export const actions: Record<ActionName, Action> = {
  create_task: createTask,
  comment,
  github_reaction: githubReaction,
  github_label: githubLabel,
  ask,
  respond,
  forward,
};

export interface CommandAnswer {
  command: string;
  answer: Answer;
}

export interface CombinedResult extends Omit<ActionResult, "answer"> {
  /** in the order of the commands: the first one that the commit does not refuse is sent */
  command_answers: CommandAnswer[];
}

export function runActions(inputs: ActionInput[]): CombinedResult {
  const results = inputs.map((input) => actions[input.command.action](input));
  return {
    tasks: results.flatMap(({ tasks }) => tasks),
    replies: results.flatMap(({ replies }) => replies),
    question: results.find(({ question }) => question)?.question,
    command_answers: inputs.flatMap(({ command }, i) => answerOf(command.name, results[i].answer)),
    notes: results.flatMap(({ notes }) => notes),
  };
}

export const answerOf = (command: string, answer: Answer | undefined): CommandAnswer[] =>
  answer ? [{ command, answer }] : [];
