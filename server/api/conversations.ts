import { createRoute, z } from "@hono/zod-openapi";
import {
  type Conversation as ConversationRow,
  isConversationCursor,
  listConversations,
  listMessages,
} from "@/db/conversations.ts";
import { conversationMetrics } from "@/db/conversations/metrics.ts";
import { CONVERSATION, CONVERSATION_SOURCES, MESSAGE } from "@/db/nouns/conversation.ts";
import { CONVERSATION_METRICS } from "@/db/nouns/flow.ts";
import { existingConversation } from "@/server/api/existing.ts";
import { idPaging, list, paging } from "@/server/api/lists.ts";
import { described, jsonOf } from "@/server/api/noun.ts";
import { pathId } from "@/server/api/requests.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { shownConversation, shownMessage } from "@/server/shown.ts";

const tags = ["conversations"];

const Conversation = z.object(described(CONVERSATION)).openapi("Conversation");

const Message = z.object(described(MESSAGE)).openapi("Message");

const conversationJson = (row: ConversationRow): z.infer<typeof Conversation> =>
  jsonOf(CONVERSATION, row);

const listing = createRoute({
  method: "get",
  path: "/api/conversations",
  operationId: "listConversations",
  tags,
  summary: "Conversations, the one with the newest message first",
  middleware: viewer,
  request: {
    query: paging(isConversationCursor).extend({ source: z.enum(CONVERSATION_SOURCES).optional() }),
  },
  responses: { 200: json("A page of conversations.", list(Conversation)), ...problems(422) },
});

/** /api/conversations… */
export function mountConversations(app: App, deps: AppDeps): void {
  const params = z.object({ conversation_id: pathId() });
  const middleware = [viewer, existingConversation(deps)];
  const path = "/api/conversations/{conversation_id}";

  app.openapi(listing, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const page = await listConversations(deps.db, filter, { limit, cursor });
    return c.json({
      ...page,
      items: page.items.map((row) => conversationJson(shownConversation(deps, row))),
    }, 200);
  });

  const one = createRoute({
    method: "get",
    path,
    operationId: "getConversation",
    tags,
    middleware,
    summary: "One conversation",
    request: { params },
    responses: { 200: json("The conversation.", Conversation), ...problems(404) },
  });
  app.openapi(
    one,
    (c) => c.json(conversationJson(shownConversation(deps, c.get("conversation"))), 200),
  );

  const metrics = createRoute({
    method: "get",
    path: `${path}/metrics`,
    operationId: "getConversationMetrics",
    tags,
    middleware,
    summary: "What its tasks have used together",
    request: { params },
    responses: { 200: json("The sums.", z.object(CONVERSATION_METRICS)), ...problems(404) },
  });
  app.openapi(
    metrics,
    async (c) =>
      c.json(await conversationMetrics(deps.db, c.get("conversation").conversation_id), 200),
  );

  const messages = createRoute({
    method: "get",
    path: `${path}/messages`,
    operationId: "listMessages",
    tags,
    middleware,
    summary: "Its messages, oldest first",
    request: { params, query: idPaging },
    responses: { 200: json("A page of messages.", list(Message)), ...problems(404, 422) },
  });
  app.openapi(messages, async (c) => {
    const { conversation_id } = c.get("conversation");
    const page = await listMessages(deps.db, conversation_id, c.req.valid("query"));
    const items = page.items.map((row) => jsonOf(MESSAGE, shownMessage(deps, row)));
    return c.json({ ...page, items }, 200);
  });
}
