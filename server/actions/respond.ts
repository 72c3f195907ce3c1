import { type Action, nothing } from "./mod.ts";
import { reply } from "./reply.ts";
import { rendered } from "./text.ts";

/** Says something to the person who asked, at once where the provider shows our answer. */
export const respond: Action = (input) => {
  const { command, door, shows_answer } = input;
  const { text, notes } = rendered(input);
  if (text.trim() === "") return nothing(...notes, `${command.name}: the text came out empty`);
  // who sends by a program of their own reads the answer, whatever it is for
  const at_once = shows_answer || !door.provider.abilities.includes("whisper");
  if (at_once && door.provider.answer) {
    return { tasks: [], replies: [], notes, answer: door.provider.answer(text) };
  }
  return reply(input, { kind: "message", body: text, notes });
};
