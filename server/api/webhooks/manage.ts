/** /api/webhooks and /api/webhooks/{id}: making and changing webhooks. */
import { createRoute } from "@hono/zod-openapi";
import { builtinName, existingBuiltin, existingWebhook, webhookId } from "@/server/api/existing.ts";
import { list } from "@/server/api/lists.ts";
import { body } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, problems } from "@/server/api/responses.ts";
import { admin, needs, operator, viewer } from "@/server/api/roles.ts";
import { documented, documentedWith } from "@/server/api/webhooks/documented.ts";
import { CreatedWebhook, Webhook, webhookJson } from "@/server/api/webhooks/schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { changeWebhook } from "@/server/verbs/webhooks/change.ts";
import { createWebhook } from "@/server/verbs/webhooks/create.ts";
import { removeWebhook } from "@/server/verbs/webhooks/remove.ts";
import { NewWebhook, WebhookChange } from "@/server/verbs/webhooks/schema.ts";
import { switchWebhook } from "@/server/verbs/webhooks/switch.ts";
import { listWebhookViews, webhookView } from "@/server/verbs/webhooks/view.ts";

const tags = ["webhooks"];
const request = { params: webhookId };
const NewBody = documentedWith("NewWebhook", NewWebhook, "commands", "NewWebhookCommand");
const ChangeBody = documented("WebhookChange", WebhookChange);

export function mountManaging(app: App, deps: AppDeps): void {
  mountReading(app, deps);
  mountCreation(app, deps);
  mountChange(app, deps);
  mountStatic(app, deps);
  mountSwitch(app, deps, true);
  mountSwitch(app, deps, false);
}

function mountReading(app: App, deps: AppDeps): void {
  const listing = createRoute({
    method: "get",
    path: "/api/webhooks",
    operationId: "listWebhooks",
    tags,
    summary: "All webhooks with their commands, built-in ones first",
    middleware: viewer,
    responses: { 200: json("All of them.", list(Webhook)), ...problems() },
  });
  app.openapi(listing, async (c) => {
    const views = await listWebhookViews(deps);
    return c.json({ items: views.map(webhookJson), next_cursor: null }, 200);
  });

  const one = createRoute({
    method: "get",
    path: "/api/webhooks/{id}",
    operationId: "getWebhook",
    tags,
    summary: "One webhook",
    middleware: viewer,
    request,
    responses: { 200: json("The webhook.", Webhook), ...problems(404) },
  });
  app.openapi(one, async (c) => {
    const view = await webhookView(deps, c.req.valid("param").id);
    return c.json(webhookJson(view), 200);
  });
}

function mountCreation(app: App, deps: AppDeps): void {
  const creation = createRoute({
    method: "post",
    path: "/api/webhooks",
    operationId: "createWebhook",
    tags,
    summary: "A webhook with an address of its own, or more commands for the one there is",
    description: "Without `secret` and `separate_endpoint`, a provider that has an open webhook " +
      `gets no second one: the commands are added to it. ${needs("admin")}`,
    middleware: admin,
    request: { body: body(NewBody) },
    responses: {
      200: json("The commands were added to the webhook there is.", CreatedWebhook),
      201: json("The new webhook, and its secret for the only time.", CreatedWebhook),
      ...problems(403, 409, ...BODY_PROBLEMS),
    },
  });
  app.openapi(creation, async (c) => {
    const { name } = c.get("principal");
    const { webhook, ...more } = await createWebhook(deps, name, c.req.valid("json"));
    const answer = { ...webhookJson(webhook), ...more };
    return more.added_to_existing ? c.json(answer, 200) : c.json(answer, 201);
  });
}

function mountChange(app: App, deps: AppDeps): void {
  const change = createRoute({
    method: "put",
    path: "/api/webhooks/{id}",
    operationId: "changeWebhook",
    tags,
    summary: "Changes a webhook; what is not named stays as it is",
    description: needs("admin"),
    middleware: [admin, existingWebhook(deps)],
    request: { ...request, body: body(ChangeBody) },
    responses: { 200: json("The webhook.", Webhook), ...problems(403, 404, ...BODY_PROBLEMS) },
  });
  app.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const view = await changeWebhook(deps, c.get("principal").name, id, c.req.valid("json"));
    return c.json(webhookJson(view), 200);
  });

  const removal = createRoute({
    method: "delete",
    path: "/api/webhooks/{id}",
    operationId: "removeWebhook",
    tags,
    summary: "Removes a created webhook with its commands; its deliveries stay",
    description: needs("admin"),
    middleware: admin,
    request,
    responses: { 204: { description: "It is gone." }, ...problems(403, 404, 409) },
  });
  app.openapi(removal, async (c) => {
    await removeWebhook(deps, c.get("principal").name, c.req.valid("param").id);
    return c.body(null, 204);
  });
}

function mountStatic(app: App, deps: AppDeps): void {
  const change = createRoute({
    method: "put",
    path: "/api/webhooks/static/{name}",
    operationId: "changeBuiltinWebhook",
    tags,
    summary: "Changes the built-in webhook of a provider",
    description: needs("admin"),
    middleware: [admin, existingBuiltin(deps)],
    request: { params: builtinName, body: body(ChangeBody) },
    responses: { 200: json("The webhook.", Webhook), ...problems(403, 404, ...BODY_PROBLEMS) },
  });
  app.openapi(change, async (c) => {
    const { name } = c.req.valid("param");
    const view = await changeWebhook(deps, c.get("principal").name, name, c.req.valid("json"));
    return c.json(webhookJson(view), 200);
  });
}

function mountSwitch(app: App, deps: AppDeps, on: boolean): void {
  const verb = on ? "enable" : "disable";
  const route = createRoute({
    method: "post",
    path: on ? "/api/webhooks/{id}/enable" : "/api/webhooks/{id}/disable",
    operationId: `${verb}Webhook`,
    tags,
    summary: on ? "Opens a webhook" : "Shuts a webhook: its deliveries are refused",
    description: needs("operator"),
    middleware: operator,
    request,
    responses: { 200: json("The webhook.", Webhook), ...problems(403, 404) },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const view = await switchWebhook(deps, c.get("principal").name, id, on);
    return c.json(webhookJson(view), 200);
  });
}
