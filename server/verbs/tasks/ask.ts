import type { Task } from "@/db/tasks.ts";
import { createTask } from "@/db/tasks/create.ts";
import type { ProfileWish } from "@/db/tasks/profile.ts";
import { invalid, unknown } from "@/server/errors.ts";
import { requireAgent } from "@/server/registry/agents.ts";
import { saidText } from "@/server/verbs/text.ts";
import { verb, type Work } from "@/server/verbs/verb.ts";

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

/** The work of `askAgent`, for other verbs that end in a task. */
export async function ask({ actor, commit }: Work, asked: Asked): Promise<Task> {
  const prompt = saidText("prompt", asked.prompt);
  const assigned_agent = await requireAgent(asked.agent);
  return await commit(async (tx) => {
    const answer = await createTask({ sql: tx }, {
      prompt,
      assigned_agent,
      model: asked.model ?? null,
      tool_profile: asked.tool_profile ?? null,
      trust_outside_text: asked.trust_outside_text ?? false,
      source: asked.source,
      conversation_id: asked.conversation_id,
      session_id: actor.session_id,
      created_by: actor.name,
    });
    if (answer.outcome === "unknown") throw unknown("conversation", asked.conversation_id ?? "");
    if (answer.outcome === "outside_text") throw invalid("trust_outside_text", MUST_TRUST);
    const { task_id, source, conversation_id } = answer.task;
    const detail = { source, conversation_id, assigned_agent };
    return { subject: task_id, detail, value: answer.task };
  });
}

/** Throws 404; 422 also for a profile above `read` where nobody trusts the text from outside. */
export const askAgent = verb("task.create", "operator", ask);
