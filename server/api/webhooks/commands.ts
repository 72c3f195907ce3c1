/** Reading the commands of a webhook, and trying one out. */
import { createRoute, z } from "@hono/zod-openapi";
import { commandId, existingWebhook, webhookId } from "@/server/api/existing.ts";
import { list } from "@/server/api/lists.ts";
import { body } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, problems, refusals } from "@/server/api/responses.ts";
import { allowed, viewer } from "@/server/api/roles.ts";
import { documented } from "@/server/api/webhooks/documented.ts";
import { DryRun, dryRunJson } from "@/server/api/webhooks/dry_run_schema.ts";
import { Command, commandJson } from "@/server/api/webhooks/schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { commandFields } from "@/db/nouns/command.ts";
import { dryRunCommand } from "@/server/verbs/commands/dry_run.ts";
import { oneCommandView, webhookView } from "@/server/verbs/webhooks/view.ts";

const tags = ["webhooks"];

const listing = createRoute({
  method: "get",
  path: "/api/webhooks/{id}/commands",
  operationId: "listWebhookCommands",
  tags,
  summary: "The commands of a webhook, built-in and stored, in the order in which they run",
  middleware: viewer,
  request: { params: webhookId },
  responses: { 200: json("All of them.", list(Command)), ...problems(404) },
});

const one = createRoute({
  method: "get",
  path: "/api/webhooks/{id}/commands/{cmd_id}",
  operationId: "getWebhookCommand",
  tags,
  summary: "One command",
  middleware: viewer,
  request: { params: commandId },
  responses: { 200: json("The command.", Command), ...problems(404) },
});

export function mountCommands(app: App, deps: AppDeps): void {
  mountDryRun(app, deps);
  app.openapi(listing, async (c) => {
    const { commands } = await webhookView(deps, c.req.valid("param").id);
    return c.json({ items: commands.map(commandJson), next_cursor: null }, 200);
  });
  app.openapi(one, async (c) => {
    const { id, cmd_id } = c.req.valid("param");
    return c.json(commandJson(await oneCommandView(deps, id, cmd_id)), 200);
  });
}

const Draft = commandFields.extend({ command_id: z.uuid().optional() });

function mountDryRun(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "post",
    path: "/api/webhooks/{id}/commands/dry-run",
    operationId: "dryRunWebhookCommand",
    tags,
    summary: "What a command would do with the last 50 deliveries that are kept",
    ...allowed(
      dryRunCommand,
      "It stands in the place of the command of its `command_id`, else of its name. " +
        "Nothing is written.",
      existingWebhook(deps),
    ),
    request: { params: webhookId, body: body(documented("WebhookCommandDraft", Draft)) },
    responses: {
      200: json("One for each delivery, newest first.", list(DryRun)),
      ...refusals(404, ...BODY_PROBLEMS),
    },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, draft: c.req.valid("json") };
    const runs = await dryRunCommand(deps, c.get("principal"), input);
    return c.json({ items: runs.map(dryRunJson), next_cursor: null }, 200);
  });
}
