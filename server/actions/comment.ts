import { type Action, nothing } from "./action.ts";
import { helpText } from "./help_text.ts";
import { reply } from "./reply.ts";
import { rendered } from "./text.ts";

/** The command's own text, or the list of commands where it has none. */
export const comment: Action = (input) => {
  const { command, webhook, shows_answer } = input;
  const { text, notes } = rendered(input);
  const body = command.compiled.render ? text : helpText(webhook.command_prefix, askable(input));
  if (body.trim() === "") return nothing(...notes, `${command.name}: the text came out empty`);
  // who typed a slash command is answered there, not before the whole channel
  if (command.command_id === null && shows_answer && webhook.provider.answer) {
    return { tasks: [], replies: [], notes, answer: webhook.provider.answer(body) };
  }
  return reply(input, { kind: "comment", body, notes });
};

const askable = ({ webhook }: Parameters<Action>[0]) =>
  webhook.commands.filter(({ enabled, trigger }) => enabled && trigger === null);
