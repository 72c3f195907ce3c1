import { v7 } from "uuid";
import type { Button } from "@/server/providers/provider.ts";
import { hiddenNotes } from "./hidden_notes.ts";
import { type Action, nothing } from "./action.ts";
import { agentOf, needsRepository } from "./create_task.ts";
import { reply } from "./reply.ts";
import { cleanlyRendered } from "./text.ts";

/** Posts a question; the next words of somebody trusted in that flow start the task. */
export const ask: Action = (input) => {
  const { command, webhook, event, flow_id } = input;
  // the question is in the prompt of the task that its answer starts
  const { text, hidden, ...rest } = cleanlyRendered(input);
  const notes = [...rest.notes, ...hiddenNotes(command.name, hidden)];
  if (text.trim() === "") return nothing(...notes, `${command.name}: the text came out empty`);
  if (flow_id === null) {
    return nothing(
      ...notes,
      `${command.name}: nothing was asked, for ${event.event_type} has no thread, issue or other ` +
        "object in which an answer would be found",
    );
  }
  const has_buttons = webhook.provider.abilities.includes("buttons");
  const body = has_buttons ? text : [text, ...choiceLines(command.choices)].join("\n");
  const buttons = has_buttons ? command.choices.map(button) : undefined;
  const posted = reply(input, { kind: "comment", body, buttons, notes });
  if (posted.replies.length === 0) return posted;
  const question = {
    question_id: v7(),
    command: command.name,
    question: body,
    next: {
      assigned_agent: agentOf(input),
      model: command.model,
      tool_profile: command.tool_profile,
      requires_repository: needsRepository(input),
    },
  };
  return { ...posted, question };
};

const choiceLines = (choices: string[]): string[] =>
  choices.length > 0 ? ["", ...choices.map((choice) => `- ${choice}`)] : [];

const button = (choice: string, n: number): Button => ({
  action_id: `answer_${n + 1}`,
  label: choice.slice(0, 75),
  value: choice,
  style: null,
});
