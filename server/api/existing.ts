/** What a path names is looked for before the rest of the request: 404 comes before 422. */
import { z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { getApproval } from "@/db/approvals.ts";
import { getConversation } from "@/db/conversations.ts";
import { getDelivery } from "@/db/deliveries/list.ts";
import { getTask } from "@/db/tasks.ts";
import type { AppContext, AppDeps, AppEnv } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { findFlow } from "@/server/verbs/flows/find.ts";
import { findCommand, findRow, findWebhook } from "@/server/verbs/webhooks/find.ts";

export const webhookId = z.object({
  id: z.string().openapi({
    description: "The webhook's id; of a built-in one, the name of its provider does as well.",
  }),
});

export const commandId = webhookId.extend({
  cmd_id: z.string().openapi({ description: "The command's id, or its name." }),
});

export const builtinName = z.object({
  name: z.string().openapi({ description: "The name of the provider.", example: "github" }),
});

const existing = (find: (id: string, c: AppContext) => Promise<unknown>, name: string) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await find(c.req.param(name) ?? "", c);
    await next();
  });

export const existingTask = ({ db }: Pick<AppDeps, "db">) =>
  existing(async (id, c) => {
    const task = await getTask(db, id);
    if (!task) throw unknown("task", id);
    c.set("task", task);
  }, "task_id");

export const existingConversation = ({ db }: Pick<AppDeps, "db">) =>
  existing(async (id, c) => {
    const conversation = await getConversation(db, id);
    if (!conversation) throw unknown("conversation", id);
    c.set("conversation", conversation);
  }, "conversation_id");

export const existingDelivery = ({ db }: Pick<AppDeps, "db">) =>
  existing(async (id) => {
    if (!await getDelivery(db, id)) throw unknown("delivery", id);
  }, "delivery_id");

export const existingApproval = ({ db }: Pick<AppDeps, "db">) =>
  existing(async (id, c) => {
    const approval = await getApproval(db, id);
    if (!approval) throw unknown("approval", id);
    c.set("approval", approval);
  }, "approval_id");

export const existingFlow = ({ db }: Pick<AppDeps, "db">) =>
  existing(async (id, c) => c.set("flow", await findFlow(db, id)), "flow_id");

export const existingWebhook = (deps: AppDeps) => existing((id) => findRow(deps, id), "id");

export const existingBuiltin = ({ webhooks }: AppDeps) =>
  existing((name) => {
    if (!webhooks.builtin(name)) throw unknown("built-in webhook", name);
    return Promise.resolve();
  }, "name");

export const existingCommand = (deps: AppDeps) =>
  existing(async (cmd, c) => {
    const row = await findRow(deps, c.req.param("id") ?? "");
    findCommand(await findWebhook(deps, row), cmd);
  }, "cmd_id");
