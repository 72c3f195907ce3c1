import { v4, v7 } from "uuid";
import { visibleText } from "@/server/providers/hidden_text.ts";
import { hiddenNotes } from "./hidden_notes.ts";
import { fence, taskPrompt } from "./prompt.ts";
import { type Action, type ActionInput, type ActionResult, nothing } from "./action.ts";
import { noPlace, reply } from "./reply.ts";
import { sourceMetadata } from "./source_metadata.ts";
import { cleanlyRendered } from "./text.ts";

const DEFAULT_AGENT = "planning";

/** A task, acknowledged where the provider can. */
export const createTask: Action = (input) => {
  const { command, args, shows_answer, webhook, event, public_url } = input;
  const task_id = v7();
  const { input_message, notes } = promptOf(input);
  const task = {
    task_id,
    command: command.name,
    assigned_agent: agentOf(input),
    model: command.model,
    tool_profile: command.tool_profile,
    input_message,
    message: `${command.name} ${visibleText(args, webhook.provider.shows.text).text}`.trim(),
    source_metadata: sourceMetadata(input, command.name),
    requires_repository: needsRepository(input),
  };
  const answer = shows_answer && webhook.provider.answer
    ? webhook.provider.answer(`On it: ${public_url}/tasks/${task_id}`)
    : undefined;
  if (!event.reply_target) notes.push(`${noPlace(input)}: its answer stays in the conversation`);
  return { tasks: [task], replies: acknowledged(input, task_id).replies, notes, answer };
};

export const agentOf = ({ command, webhook }: ActionInput): string =>
  command.target_agent ?? webhook.target_agent ?? DEFAULT_AGENT;

/** Whether the task fails without its code; where there is none to fetch, the text has to do. */
export const needsRepository = ({ command, webhook }: ActionInput): boolean =>
  command.requires_repository && webhook.provider.repositories !== undefined;

export function acknowledged(input: ActionInput, task_id: string): ActionResult {
  const { command, webhook, event, shows_answer } = input;
  const can = webhook.provider.abilities.includes("reaction") && event.reply_target !== null;
  if (!can || command.reaction === null || shows_answer) return nothing();
  return reply(input, { kind: "reaction", body: command.reaction, task_id });
}

export interface MadePrompt {
  input_message: string;
  notes: string[];
  /** those of the notes that say what the agent does not get */
  hidden: string[];
}

/** What a template takes from the payload is fenced, value by value. */
export function promptOf(input: ActionInput): MadePrompt {
  const { command, event, args, trust, webhook: { provider: { shows } } } = input;
  const nonce = v4().slice(0, 8);
  const { text, notes, hidden } = cleanlyRendered(input, (value) => fence(nonce, value));
  const instructions = command.instructions || text || command.description ||
    `Do what is asked for: ${command.name}.`;
  const prompt = taskPrompt({ instructions, event, args, trust, nonce, shows });
  const removed = hiddenNotes(command.name, [...hidden, ...prompt.hidden]);
  return { input_message: prompt.text, notes: [...notes, ...removed], hidden: removed };
}
