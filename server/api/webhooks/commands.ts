/** /api/webhooks/{id}/commands… */
import { createRoute, z } from "@hono/zod-openapi";
import { commandId, existingCommand, existingWebhook, webhookId } from "@/server/api/existing.ts";
import { list } from "@/server/api/lists.ts";
import { body } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, problems } from "@/server/api/responses.ts";
import { admin, needs, operator, viewer } from "@/server/api/roles.ts";
import { documented } from "@/server/api/webhooks/documented.ts";
import { DryRun, dryRunJson } from "@/server/api/webhooks/dry_run_schema.ts";
import { Command, commandJson } from "@/server/api/webhooks/schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { commandFields } from "@/db/nouns/command.ts";
import { addCommand } from "@/server/verbs/commands/add.ts";
import { changeCommand } from "@/server/verbs/commands/change.ts";
import { dryRunCommand } from "@/server/verbs/commands/dry_run.ts";
import { removeCommand } from "@/server/verbs/commands/remove.ts";
import { switchCommand } from "@/server/verbs/commands/switch.ts";
import { oneCommandView, webhookView } from "@/server/verbs/webhooks/view.ts";

const tags = ["webhooks"];
const COMMANDS = "/api/webhooks/{id}/commands";
const COMMAND = "/api/webhooks/{id}/commands/{cmd_id}";
const answer = { 200: json("The command.", Command) };

export function mountCommands(app: App, deps: AppDeps): void {
  mountDryRun(app, deps);
  mountReading(app, deps);
  mountAdding(app, deps);
  mountChange(app, deps);
  mountRemoval(app, deps);
  mountSwitch(app, deps, true);
  mountSwitch(app, deps, false);
}

function mountReading(app: App, deps: AppDeps): void {
  const listing = createRoute({
    method: "get",
    path: COMMANDS,
    operationId: "listWebhookCommands",
    tags,
    summary: "The commands of a webhook, built-in and stored, in the order in which they run",
    middleware: viewer,
    request: { params: webhookId },
    responses: { 200: json("All of them.", list(Command)), ...problems(404) },
  });
  app.openapi(listing, async (c) => {
    const { commands } = await webhookView(deps, c.req.valid("param").id);
    return c.json({ items: commands.map(commandJson), next_cursor: null }, 200);
  });

  const one = createRoute({
    method: "get",
    path: COMMAND,
    operationId: "getWebhookCommand",
    tags,
    summary: "One command",
    middleware: viewer,
    request: { params: commandId },
    responses: { ...answer, ...problems(404) },
  });
  app.openapi(one, async (c) => {
    const { id, cmd_id } = c.req.valid("param");
    return c.json(commandJson(await oneCommandView(deps, id, cmd_id)), 200);
  });
}

function mountAdding(app: App, deps: AppDeps): void {
  const adding = createRoute({
    method: "post",
    path: COMMANDS,
    operationId: "addWebhookCommand",
    tags,
    summary: "Adds a command; under the name of a built-in one it stands in its place",
    description: needs("admin"),
    middleware: [admin, existingWebhook(deps)],
    request: { params: webhookId, body: body(documented("NewWebhookCommand", commandFields)) },
    responses: {
      201: json("The command.", Command),
      ...problems(403, 404, 409, ...BODY_PROBLEMS),
    },
  });
  app.openapi(adding, async (c) => {
    const { id } = c.req.valid("param");
    const view = await addCommand(deps, c.get("principal").name, id, c.req.valid("json"));
    return c.json(commandJson(view), 201);
  });
}

function mountChange(app: App, deps: AppDeps): void {
  const change = createRoute({
    method: "put",
    path: COMMAND,
    operationId: "changeWebhookCommand",
    tags,
    summary: "Changes a stored command; what is not named stays as it is",
    description: needs("admin"),
    middleware: [admin, existingCommand(deps)],
    request: {
      params: commandId,
      body: body(documented("WebhookCommandChange", commandFields.partial())),
    },
    responses: { ...answer, ...problems(403, 404, 409, ...BODY_PROBLEMS) },
  });
  app.openapi(change, async (c) => {
    const { id, cmd_id } = c.req.valid("param");
    const who = c.get("principal").name;
    const view = await changeCommand(deps, who, id, cmd_id, c.req.valid("json"));
    return c.json(commandJson(view), 200);
  });
}

function mountRemoval(app: App, deps: AppDeps): void {
  const removal = createRoute({
    method: "delete",
    path: COMMAND,
    operationId: "removeWebhookCommand",
    tags,
    summary: "Removes a stored command; a built-in one that it overrode is back",
    description: needs("admin"),
    middleware: admin,
    request: { params: commandId },
    responses: { 204: { description: "It is gone." }, ...problems(403, 404, 409) },
  });
  app.openapi(removal, async (c) => {
    const { id, cmd_id } = c.req.valid("param");
    await removeCommand(deps, c.get("principal").name, id, cmd_id);
    return c.body(null, 204);
  });
}

function mountSwitch(app: App, deps: AppDeps, on: boolean): void {
  const route = createRoute({
    method: "post",
    path: on ? `${COMMAND}/enable` : `${COMMAND}/disable`,
    operationId: on ? "enableWebhookCommand" : "disableWebhookCommand",
    tags,
    summary: `Switches a command ${on ? "on" : "off"}, built in or stored`,
    description: needs("operator"),
    middleware: operator,
    request: { params: commandId },
    responses: { ...answer, ...problems(403, 404) },
  });
  app.openapi(route, async (c) => {
    const { id, cmd_id } = c.req.valid("param");
    const view = await switchCommand(deps, c.get("principal").name, id, cmd_id, on);
    return c.json(commandJson(view), 200);
  });
}

const Draft = commandFields.extend({ command_id: z.uuid().optional() });

function mountDryRun(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "post",
    path: `${COMMANDS}/dry-run`,
    operationId: "dryRunWebhookCommand",
    tags,
    summary: "What a command would do with the last 50 deliveries that are kept",
    description: "It stands in the place of the command of its `command_id`, else of its name. " +
      `Nothing is written. ${needs("operator")}`,
    middleware: [operator, existingWebhook(deps)],
    request: { params: webhookId, body: body(documented("WebhookCommandDraft", Draft)) },
    responses: {
      200: json("One for each delivery, newest first.", list(DryRun)),
      ...problems(403, 404, ...BODY_PROBLEMS),
    },
  });
  app.openapi(route, async (c) => {
    const runs = await dryRunCommand(deps, c.req.valid("param").id, c.req.valid("json"));
    return c.json({ items: runs.map(dryRunJson), next_cursor: null }, 200);
  });
}
