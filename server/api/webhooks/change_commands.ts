/** Adding, changing, switching and removing the commands of a webhook. */
import { createRoute } from "@hono/zod-openapi";
import { commandId, existingCommand, existingWebhook, webhookId } from "@/server/api/existing.ts";
import { body } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import { documented } from "@/server/api/webhooks/documented.ts";
import { Command, commandJson } from "@/server/api/webhooks/schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { addCommand } from "@/server/verbs/commands/add.ts";
import { changeCommand } from "@/server/verbs/commands/change.ts";
import { removeCommand } from "@/server/verbs/commands/remove.ts";
import { disableCommand, enableCommand } from "@/server/verbs/commands/switch.ts";
import { commandFields } from "@/db/nouns/command.ts";

const tags = ["webhooks"];
const COMMAND = "/api/webhooks/{id}/commands/{cmd_id}";
const answer = json("The command.", Command);

export function mountCommandChanges(app: App, deps: AppDeps): void {
  mountAdding(app, deps);
  mountChange(app, deps);
  app.openapi(removal, async (c) => {
    const { id, cmd_id } = c.req.valid("param");
    await removeCommand(deps, c.get("principal"), { id, cmd: cmd_id });
    return c.body(null, 204);
  });
  mountSwitches(app, deps);
}

const removal = createRoute({
  method: "delete",
  path: COMMAND,
  operationId: "removeWebhookCommand",
  tags,
  summary: "Removes a stored command; a built-in one that it overrode is back",
  ...allowed(removeCommand),
  request: { params: commandId },
  responses: { 204: { description: "It is gone." }, ...refusals(404, 409) },
});

function mountAdding(app: App, deps: AppDeps): void {
  const adding = createRoute({
    method: "post",
    path: "/api/webhooks/{id}/commands",
    operationId: "addWebhookCommand",
    tags,
    summary: "Adds a command; under the name of a built-in one it stands in its place",
    ...allowed(addCommand, "", existingWebhook(deps)),
    request: { params: webhookId, body: body(documented("NewWebhookCommand", commandFields)) },
    responses: { 201: answer, ...refusals(404, 409, ...BODY_PROBLEMS) },
  });
  app.openapi(adding, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, command: c.req.valid("json") };
    return c.json(commandJson(await addCommand(deps, c.get("principal"), input)), 201);
  });
}

function mountChange(app: App, deps: AppDeps): void {
  const change = createRoute({
    method: "put",
    path: COMMAND,
    operationId: "changeWebhookCommand",
    tags,
    summary: "Changes a stored command; what is not named stays as it is",
    ...allowed(changeCommand, "", existingCommand(deps)),
    request: {
      params: commandId,
      body: body(documented("WebhookCommandChange", commandFields.partial())),
    },
    responses: { 200: answer, ...refusals(404, 409, ...BODY_PROBLEMS) },
  });
  app.openapi(change, async (c) => {
    const { id, cmd_id } = c.req.valid("param");
    const input = { id, cmd: cmd_id, change: c.req.valid("json") };
    return c.json(commandJson(await changeCommand(deps, c.get("principal"), input)), 200);
  });
}

function mountSwitches(app: App, deps: AppDeps): void {
  for (const [on, switchCommand] of [["on", enableCommand], ["off", disableCommand]] as const) {
    const name = on === "on" ? "enable" : "disable";
    const route = createRoute({
      method: "post",
      path: `${COMMAND}/${name}`,
      operationId: `${name}WebhookCommand`,
      tags,
      summary: `Switches a command ${on}, built in or stored`,
      ...allowed(switchCommand),
      request: { params: commandId },
      responses: { 200: answer, ...refusals(404) },
    });
    app.openapi(route, async (c) => {
      const { id, cmd_id } = c.req.valid("param");
      const view = await switchCommand(deps, c.get("principal"), { id, cmd: cmd_id });
      return c.json(commandJson(view), 200);
    });
  }
}
