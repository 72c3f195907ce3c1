import type { Database } from "@/db/client.ts";
import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { createTask } from "@/db/tasks/create.ts";
import type { ProfileWish } from "@/db/tasks/profile.ts";
import { invalid, unknown } from "@/server/errors.ts";
import { requireAgent } from "@/server/registry/agents.ts";

export interface Asked {
  prompt: string;
  source: "chat" | "api";
  conversation_id?: string | null;
  agent?: string | null;
  model?: string | null;
  tool_profile?: ProfileWish["tool_profile"];
  trust_outside_text?: boolean | null;
}

const MUST_TRUST =
  "this conversation holds text from outside, so its tasks may only `read`: leave " +
  "`tool_profile` out, or set `trust_outside_text` to true when none of that text gives orders";

/**
 * Asks an agent for something, in a conversation or a new one.
 * @throws HttpProblem 404 unknown conversation, 422 unknown agent, or a profile above `read` where
 * text from outside is in the conversation and nobody trusts it
 */
export async function askAgent(db: Database, asked: Asked, by: Principal): Promise<Task> {
  const answer = await createTask(db, {
    prompt: asked.prompt,
    assigned_agent: await requireAgent(asked.agent),
    model: asked.model ?? null,
    tool_profile: asked.tool_profile ?? null,
    trust_outside_text: asked.trust_outside_text ?? false,
    source: asked.source,
    conversation_id: asked.conversation_id,
    session_id: by.session_id,
    created_by: by.name,
  });
  if (answer.outcome === "unknown") throw unknown("conversation", asked.conversation_id ?? "");
  if (answer.outcome === "outside_text") throw invalid("trust_outside_text", MUST_TRUST);
  return answer.task;
}
