import { type Action, nothing } from "./action.ts";
import { reply } from "./reply.ts";

export const githubReaction: Action = (input) => {
  const { command, shows_answer } = input;
  // a slash command is no message
  if (shows_answer) return nothing(`${command.name}: there is no message to react to`);
  return reply(input, { kind: "reaction", body: command.reaction ?? "eyes" });
};
