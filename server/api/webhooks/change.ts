/** Making, changing, switching and removing webhooks. */
import { createRoute } from "@hono/zod-openapi";
import { builtinName, existingBuiltin, existingWebhook, webhookId } from "@/server/api/existing.ts";
import { body } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import { documented, documentedWith } from "@/server/api/webhooks/documented.ts";
import { CreatedWebhook, Webhook, webhookJson } from "@/server/api/webhooks/schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { changeWebhook } from "@/server/verbs/webhooks/change.ts";
import { createWebhook } from "@/server/verbs/webhooks/create.ts";
import { removeWebhook } from "@/server/verbs/webhooks/remove.ts";
import { NewWebhook, WebhookChange } from "@/server/verbs/webhooks/schema.ts";
import { disableWebhook, enableWebhook } from "@/server/verbs/webhooks/switch.ts";

const tags = ["webhooks"];
const request = { params: webhookId };
const answer = { 200: json("The webhook.", Webhook) };
const NewBody = documentedWith("NewWebhook", NewWebhook, "commands", "NewWebhookCommand");
const ChangeBody = documented("WebhookChange", WebhookChange);

export function mountWebhookChanges(app: App, deps: AppDeps): void {
  app.openapi(creation, async (c) => {
    const { webhook, ...more } = await createWebhook(
      deps,
      c.get("principal"),
      c.req.valid("json"),
    );
    const created = { ...webhookJson(webhook), ...more };
    return more.added_to_existing ? c.json(created, 200) : c.json(created, 201);
  });
  mountChange(app, deps);
  app.openapi(removal, async (c) => {
    await removeWebhook(deps, c.get("principal"), c.req.valid("param"));
    return c.body(null, 204);
  });
  mountBuiltinChange(app, deps);
  mountSwitches(app, deps);
}

const creation = createRoute({
  method: "post",
  path: "/api/webhooks",
  operationId: "createWebhook",
  tags,
  summary: "A webhook with an address of its own, or more commands for the one there is",
  ...allowed(
    createWebhook,
    "Without `secret` and `separate_endpoint`, a provider that has an open webhook " +
      "gets no second one: the commands are added to it.",
  ),
  request: { body: body(NewBody) },
  responses: {
    200: json("The commands were added to the webhook there is.", CreatedWebhook),
    201: json("The new webhook, and its secret for the only time.", CreatedWebhook),
    ...refusals(409, ...BODY_PROBLEMS),
  },
});

const removal = createRoute({
  method: "delete",
  path: "/api/webhooks/{id}",
  operationId: "removeWebhook",
  tags,
  summary: "Removes a created webhook with its commands; its deliveries stay",
  ...allowed(removeWebhook),
  request,
  responses: { 204: { description: "It is gone." }, ...refusals(404, 409) },
});

function mountChange(app: App, deps: AppDeps): void {
  const change = createRoute({
    method: "put",
    path: "/api/webhooks/{id}",
    operationId: "changeWebhook",
    tags,
    summary: "Changes a webhook; what is not named stays as it is",
    ...allowed(changeWebhook, "", existingWebhook(deps)),
    request: { ...request, body: body(ChangeBody) },
    responses: { ...answer, ...refusals(404, ...BODY_PROBLEMS) },
  });
  app.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    return c.json(webhookJson(await changeWebhook(deps, c.get("principal"), input)), 200);
  });
}

function mountBuiltinChange(app: App, deps: AppDeps): void {
  const change = createRoute({
    method: "put",
    path: "/api/webhooks/static/{name}",
    operationId: "changeBuiltinWebhook",
    tags,
    summary: "Changes the built-in webhook of a provider",
    ...allowed(changeWebhook, "", existingBuiltin(deps)),
    request: { params: builtinName, body: body(ChangeBody) },
    responses: { ...answer, ...refusals(404, ...BODY_PROBLEMS) },
  });
  app.openapi(change, async (c) => {
    const { name } = c.req.valid("param");
    const input = { id: name, change: c.req.valid("json") };
    return c.json(webhookJson(await changeWebhook(deps, c.get("principal"), input)), 200);
  });
}

function mountSwitches(app: App, deps: AppDeps): void {
  const switches = [
    ["enable", enableWebhook, "Opens a webhook"],
    ["disable", disableWebhook, "Shuts a webhook: its deliveries are refused"],
  ] as const;
  for (const [name, switchWebhook, summary] of switches) {
    const route = createRoute({
      method: "post",
      path: `/api/webhooks/{id}/${name}`,
      operationId: `${name}Webhook`,
      tags,
      summary,
      ...allowed(switchWebhook),
      request,
      responses: { ...answer, ...refusals(404) },
    });
    app.openapi(route, async (c) => {
      const view = await switchWebhook(deps, c.get("principal"), c.req.valid("param"));
      return c.json(webhookJson(view), 200);
    });
  }
}
