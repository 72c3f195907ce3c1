import { invalid } from "@/server/errors.ts";
import { limited } from "@/server/verbs/text.ts";
import { ask } from "@/server/verbs/tasks/ask.ts";
import { verb } from "@/server/verbs/verb.ts";

export interface ChatMessage {
  message: string;
  conversation_id?: string | null;
  agent?: string | null;
  model?: string | null;
  new_conversation?: boolean | null;
  trust_outside_text?: boolean | null;
}

const BREAK = /^\s*(?:new conversation|start fresh)(?![\p{L}\p{N}_-])[\s.,:;!–—-]*/iu;

/** Splits "start fresh: do this" into its wish and the rest. */
export function readBreak(message: string): { fresh: boolean; message: string } {
  const rest = message.replace(BREAK, "");
  return { fresh: rest !== message, message: rest };
}

/** Says something in a conversation or a new one, and asks an agent to answer. Throws 404, 422. */
export const sayInConversation = verb(
  "task.create",
  "operator",
  async (work, said: ChatMessage) => {
    const { fresh, message } = readBreak(limited("message", said.message));
    if (!message.trim()) throw invalid("message", "say also what the new conversation is about");
    const starts = fresh || said.new_conversation === true;
    const { task_id, conversation_id, session_id } = await ask(work, {
      prompt: message.trim(),
      source: "chat",
      conversation_id: starts ? null : said.conversation_id,
      agent: said.agent,
      model: said.model,
      trust_outside_text: said.trust_outside_text,
    });
    return { task_id, conversation_id, session_id };
  },
);
