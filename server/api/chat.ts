import { createRoute, z } from "@hono/zod-openapi";
import { body, modelName, promptText, trustOutsideText } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import { agentName } from "@/db/nouns/agent_name.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { sayInConversation } from "@/server/verbs/conversations/say.ts";

const ChatMessage = z.strictObject({
  message: promptText(),
  conversation_id: z.string().nullish(),
  agent: agentName().nullish(),
  model: modelName().nullish(),
  new_conversation: z.boolean().nullish(),
  trust_outside_text: trustOutsideText(),
}).openapi("ChatMessage");

const Sent = z.object({
  task_id: z.uuid(),
  conversation_id: z.uuid(),
  session_id: z.uuid().nullable().openapi({ description: "Null for a program with a token." }),
}).openapi("ChatAnswer");

const route = createRoute({
  method: "post",
  path: "/api/chat",
  operationId: "sendChat",
  tags: ["chat"],
  summary: "Says something in a conversation, or begins one",
  ...allowed(
    sayInConversation,
    'A message that begins with "new conversation" or "start fresh", like the flag ' +
      "`new_conversation`, begins a new one with what follows.",
  ),
  request: { body: body(ChatMessage) },
  responses: { 202: json("The task that will answer.", Sent), ...refusals(404, ...BODY_PROBLEMS) },
});

/** POST /api/chat */
export function mountChat(app: App, deps: AppDeps): void {
  app.openapi(
    route,
    async (c) =>
      c.json(await sayInConversation(deps, c.get("principal"), c.req.valid("json")), 202),
  );
}
