import { type Action, nothing } from "./action.ts";
import { reply } from "./reply.ts";
import { rendered } from "./text.ts";

/** Says something to the person who asked, at once where the provider shows our answer. */
export const respond: Action = (input) => {
  const { command, webhook, shows_answer } = input;
  const { text, notes } = rendered(input);
  if (text.trim() === "") return nothing(...notes, `${command.name}: the text came out empty`);
  // who sends by a program of their own reads the answer, whatever it is for
  const at_once = shows_answer || !webhook.provider.abilities.includes("whisper");
  if (at_once && webhook.provider.answer) {
    return { tasks: [], replies: [], notes, answer: webhook.provider.answer(text) };
  }
  return reply(input, { kind: "message", body: text, notes });
};
