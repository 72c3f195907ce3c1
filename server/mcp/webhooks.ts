import { z } from "@hono/zod-openapi";
import { commandFields } from "@/db/nouns/command.ts";
import { commandJson, webhookJson } from "@/server/api/webhooks/schema.ts";
import { type Tool, tool } from "@/server/mcp/tool.ts";
import { addCommand } from "@/server/verbs/commands/add.ts";
import { createWebhook } from "@/server/verbs/webhooks/create.ts";
import { NewWebhook } from "@/server/verbs/webhooks/schema.ts";
import { selfTest } from "@/server/verbs/webhooks/self_test.ts";
import { listWebhookViews } from "@/server/verbs/webhooks/view.ts";

const webhook_id = z.string().describe("Its id; of a built-in one, the name of its provider.");

const commands = z.array(commandFields).optional()
  .describe("Without any, a created webhook starts nothing.");

export const webhookTools: Tool[] = [
  tool({
    name: "list_webhooks",
    title: "Webhooks and their commands",
    description: "All of them, with address, commands, and what came in during the last 24 hours.",
    role: "viewer",
    is_reading: true,
    input: z.strictObject({}),
    async run(deps) {
      return { items: (await listWebhookViews(deps)).map(webhookJson) };
    },
  }),
  tool({
    name: "create_webhook",
    title: "Make a webhook",
    description: "Where the provider has one that is open, and neither `secret` nor " +
      "`separate_endpoint` is given, the commands are added to that one. A new secret is shown " +
      "in this answer and never again.",
    role: createWebhook.role,
    is_reading: false,
    input: NewWebhook.extend({ commands }),
    async run(deps, actor, input) {
      const { webhook, ...more } = await createWebhook(deps, actor, input);
      return { ...webhookJson(webhook), ...more };
    },
  }),
  tool({
    name: "add_webhook_command",
    title: "Add a command to a webhook",
    description: "Under the name of a built-in command it stands in that one's place.",
    role: addCommand.role,
    is_reading: false,
    input: z.strictObject({ webhook_id, command: commandFields }),
    async run(deps, actor, { webhook_id, command }) {
      return commandJson(await addCommand(deps, actor, { id: webhook_id, command }));
    },
  }),
  tool({
    name: "test_webhook",
    title: "Send a webhook a signed sample",
    description: "Posts it to the webhook's public address; it starts nothing. Says which stage " +
      "fails, and why.",
    role: selfTest.role,
    is_reading: false,
    input: z.strictObject({ webhook_id }),
    async run(deps, actor, { webhook_id }) {
      return { ...await selfTest(deps, actor, { id: webhook_id }) };
    },
  }),
];
