/** What a command does. Pure: an action returns rows, and jobs carry them out later. */
import type { AcceptRecord, QuestionRecord } from "@/db/deliveries.ts";
import type { Answer, DeliveryEvent } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/command.ts";
import type { ActionName } from "@/db/nouns/command_fields.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import type { Scope } from "@/server/webhooks/matching/scope.ts";
import { ask } from "./ask.ts";
import { comment } from "./comment.ts";
import { createTask } from "./create_task.ts";
import { forward } from "./forward.ts";
import { githubLabel } from "./github_label.ts";
import { githubReaction } from "./github_reaction.ts";
import { respond } from "./respond.ts";

export interface ActionInput {
  webhook: Webhook;
  event: DeliveryEvent;
  command: Command;
  /** what conditions and templates see */
  scope: Scope;
  args: string;
  trust: string;
  delivery_id: string;
  /** address of our own pages */
  public_url: string;
  /** the answer to the request is shown to the person who caused it */
  shows_answer: boolean;
}

export interface Rows extends Pick<AcceptRecord, "tasks" | "replies"> {
  question?: QuestionRecord;
  /** what the request is answered with */
  answer?: Answer;
  /** remarks for the trace of the delivery */
  notes: string[];
}

export type Action = (input: ActionInput) => Rows;

/** What a command answers the request with. */
export interface Spoken {
  /** Name of the command, as in the trace. */
  command: string;
  answer: Answer;
}

/** What all commands of a delivery do. */
export interface AllRows extends Omit<Rows, "answer"> {
  /** The first is the answer, unless its command is refused. */
  spoken: Spoken[];
}

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

/** Rows of everything that the commands do, in their order. */
export function runActions(inputs: ActionInput[]): AllRows {
  const all = inputs.map((input) => actions[input.command.action](input));
  return {
    tasks: all.flatMap(({ tasks }) => tasks),
    replies: all.flatMap(({ replies }) => replies),
    question: all.find(({ question }) => question)?.question,
    spoken: inputs.flatMap(({ command: { name } }, i) => spokenBy(name, all[i].answer)),
    notes: all.flatMap(({ notes }) => notes),
  };
}

/** An answer, if there is one, with whose it is. */
export const spokenBy = (command: string, answer: Answer | undefined): Spoken[] =>
  answer ? [{ command, answer }] : [];

/** Nothing is done, and the trace says why. */
export const nothing = (...notes: string[]): Rows => ({ tasks: [], replies: [], notes });
