/** What a path names is looked for before the rest of the request: 404 comes before 422. */
import { createMiddleware } from "hono/factory";
import { z } from "@hono/zod-openapi";
import { getDelivery } from "@/db/deliveries/list.ts";
import type { AppDeps, AppEnv } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { findCommand, findRow, findWebhook } from "@/server/verbs/webhooks/find.ts";

export const webhookId = z.object({
  id: z.string().openapi({
    description: "The webhook's id; of a built-in one, the name of its provider does as well.",
  }),
});

export const commandId = webhookId.extend({
  cmd_id: z.string().openapi({ description: "The command's id, or its name." }),
});

export const existingWebhook = (deps: AppDeps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await findRow(deps, c.req.param("id") ?? "");
    await next();
  });

export const builtinName = z.object({
  name: z.string().openapi({ description: "The name of the provider.", example: "github" }),
});

export const existingBuiltin = ({ webhooks }: AppDeps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const name = c.req.param("name") ?? "";
    if (!webhooks.builtin(name)) throw unknown("built-in webhook", name);
    await next();
  });

export const existingCommand = (deps: AppDeps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const webhook = await findRow(deps, c.req.param("id") ?? "");
    findCommand(await findWebhook(deps, webhook), c.req.param("cmd_id") ?? "");
    await next();
  });

export const existingDelivery = ({ db }: AppDeps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const id = c.req.param("delivery_id") ?? "";
    if (!await getDelivery(db, id)) throw unknown("delivery", id);
    await next();
  });
