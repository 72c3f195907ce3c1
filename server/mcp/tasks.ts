import { z } from "@hono/zod-openapi";
import { getConversation, listMessages } from "@/db/conversations.ts";
import { agentName } from "@/db/nouns/agent_name.ts";
import { CONVERSATION, MESSAGE } from "@/db/nouns/conversation.ts";
import { TOOL_PROFILES } from "@/db/nouns/tool_profile.ts";
import { getTask } from "@/db/tasks.ts";
import { jsonOf } from "@/server/api/noun.ts";
import { modelName, promptText } from "@/server/api/requests.ts";
import { shown } from "@/server/api/tasks/shown.ts";
import { unknown } from "@/server/errors.ts";
import { type Tool, tool } from "@/server/mcp/tool.ts";
import { listAgents } from "@/server/registry/agents.ts";
import { shownConversation, shownMessage } from "@/server/shown.ts";
import { askAgent } from "@/server/verbs/tasks/ask.ts";

const MOST_MESSAGES = 100;

export const taskTools: Tool[] = [
  tool({
    name: "list_agents",
    title: "Agents",
    description: "Those that a task may be given to.",
    role: "viewer",
    is_reading: true,
    input: z.strictObject({}),
    run: async () => ({ items: await listAgents() }),
  }),
  tool({
    name: "create_task",
    title: "Ask an agent for something",
    description: "The task waits for a free slot; `task_status` tells what became of it. In a " +
      "conversation that holds text from outside it may only read.",
    role: askAgent.role,
    is_reading: false,
    input: z.strictObject({
      prompt: promptText(),
      agent: agentName().nullish(),
      model: modelName().nullish(),
      tool_profile: z.enum(TOOL_PROFILES).nullish(),
      conversation_id: z.uuid().nullish(),
    }),
    async run(deps, actor, input) {
      return shown(deps, await askAgent(deps, actor, { ...input, source: "api" }));
    },
  }),
  tool({
    name: "task_status",
    title: "How a task stands",
    description: "Its status, and its answer, cost and tokens where it has ended.",
    role: "viewer",
    is_reading: true,
    input: z.strictObject({ task_id: z.uuid() }),
    async run(deps, _actor, { task_id }) {
      const task = await getTask(deps.db, task_id);
      if (!task) throw unknown("task", task_id);
      return shown(deps, task);
    },
  }),
  tool({
    name: "get_conversation",
    title: "A conversation",
    description: `Its first ${MOST_MESSAGES} messages, oldest first; more by \`cursor\`.`,
    role: "viewer",
    is_reading: true,
    input: z.strictObject({ conversation_id: z.uuid(), cursor: z.uuid().optional() }),
    async run(deps, _actor, { conversation_id, cursor }) {
      const conversation = await getConversation(deps.db, conversation_id);
      if (!conversation) throw unknown("conversation", conversation_id);
      const page = { limit: MOST_MESSAGES, cursor };
      const { items, next_cursor } = await listMessages(deps.db, conversation_id, page);
      return {
        ...jsonOf(CONVERSATION, shownConversation(deps, conversation)),
        messages: items.map((row) => jsonOf(MESSAGE, shownMessage(deps, row))),
        next_cursor,
      };
    },
  }),
];
