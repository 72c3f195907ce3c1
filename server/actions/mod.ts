import type { Answer } from "@/server/providers/provider.ts";
import type { ActionName } from "@/db/nouns/command_fields.ts";
import { type Action, type ActionInput, type ActionResult, nothing } from "./action.ts";
import { partsOf } from "@/db/nouns/step.ts";
import type { NewsRecord, WorkflowRecord } from "@/db/deliveries.ts";
import { askAgain, decidePlan } from "./decide_plan.ts";
import { startWorkflow } from "./start_workflow.ts";
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

export interface CombinedResult
  extends Omit<ActionResult, "answer" | "refused" | "workflows" | "news"> {
  workflows: WorkflowRecord[];
  news: NewsRecord[];
  /** why commands that match do not do what they are for, by name */
  refused: Map<string, string>;
  /** in the order of the commands: the first one that the commit does not refuse is sent */
  command_answers: CommandAnswer[];
}

export function runActions(inputs: ActionInput[]): CombinedResult {
  const results: ActionResult[] = [];
  for (const input of inputs) {
    const is_second = results.some(({ workflows }) => workflows);
    results.push(actionFor(input, is_second)(input));
  }
  return {
    tasks: results.flatMap(({ tasks }) => tasks),
    replies: results.flatMap(({ replies }) => replies),
    workflows: results.flatMap(({ workflows = [] }) => workflows),
    news: results.flatMap(({ news = [] }) => news),
    refused: new Map(inputs.flatMap(({ command }, i) => {
      const { refused } = results[i];
      return refused === undefined ? [] : [[command.name, refused]];
    })),
    question: results.find(({ question }) => question)?.question,
    command_answers: inputs.flatMap(({ command }, i) => answerOf(command.name, results[i].answer)),
    notes: results.flatMap(({ notes }) => notes),
  };
}

/** What stands open in the flow is decided on or continued; a workflow is opened at most once. */
function actionFor({ command, situation }: ActionInput, is_second: boolean): Action {
  if (command.decides !== null && situation?.approval) return decidePlan;
  if (command.action !== "create_task" || partsOf(command).length === 0) {
    return actions[command.action];
  }
  if (situation?.workflow) return askAgain;
  return is_second ? anotherStarts : startWorkflow;
}

const anotherStarts: Action = () => ({
  ...nothing(),
  refused: "another command of this delivery starts the work on it",
});

export const answerOf = (command: string, answer: Answer | undefined): CommandAnswer[] =>
  answer ? [{ command, answer }] : [];
