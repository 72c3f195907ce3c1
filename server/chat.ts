import type { Database } from "@/db/client.ts";
import type { Principal } from "@/db/sessions.ts";
import { invalid } from "@/server/errors.ts";
import { askAgent } from "@/server/verbs/tasks/ask.ts";

export interface ChatMessage {
  message: string;
  conversation_id?: string | null;
  agent?: string | null;
  model?: string | null;
  new_conversation?: boolean | null;
  /** All tools for this run, although text from outside is in the conversation. */
  trust_outside_text?: boolean | null;
}

const BREAK = /^\s*(?:new conversation|start fresh)(?![\p{L}\p{N}_-])[\s.,:;!–—-]*/iu;

/** Splits "start fresh: do this" into its wish and the rest. */
export function readBreak(message: string): { fresh: boolean; message: string } {
  const rest = message.replace(BREAK, "");
  return { fresh: rest !== message, message: rest };
}

/**
 * Adds a message to a conversation, or starts one, and asks an agent to answer it.
 * @throws HttpProblem 404 unknown conversation, 422 unknown agent or nothing said
 */
export async function sendChat(
  db: Database,
  chat: ChatMessage,
  principal: Principal,
): Promise<{ task_id: string; conversation_id: string; session_id: string | null }> {
  const { fresh, message } = readBreak(chat.message);
  if (!message.trim()) throw invalid("message", "say also what the new conversation is about");
  const starts = fresh || chat.new_conversation === true;
  const task = await askAgent(db, {
    prompt: message.trim(),
    source: "chat",
    conversation_id: starts ? null : chat.conversation_id,
    agent: chat.agent,
    model: chat.model,
    trust_outside_text: chat.trust_outside_text,
  }, principal);
  return {
    task_id: task.task_id,
    conversation_id: task.conversation_id,
    session_id: task.session_id,
  };
}
