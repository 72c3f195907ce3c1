import { createRoute, z } from "@hono/zod-openapi";
import { existingWebhook, webhookId } from "@/server/api/existing.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import { documented } from "@/server/api/webhooks/documented.ts";
import { Webhook, webhookJson } from "@/server/api/webhooks/schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { rotateSecret } from "@/server/verbs/webhooks/rotate_secret.ts";
import { NewSecret } from "@/server/verbs/webhooks/schema.ts";

const Rotated = Webhook.extend({
  secret: z.string().openapi({ description: "Shown here and never again." }),
}).openapi("RotatedSecret");

export function mountSecret(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "post",
    path: "/api/webhooks/{id}/secret",
    operationId: "rotateWebhookSecret",
    tags: ["webhooks"],
    summary: "A new secret; the one before is accepted for 24 hours",
    ...allowed(rotateSecret, "", existingWebhook(deps)),
    request: {
      params: webhookId,
      body: { content: { "application/json": { schema: documented("NewSecret", NewSecret) } } },
    },
    responses: {
      200: json("The webhook, and its secret for the only time.", Rotated),
      ...refusals(404, ...BODY_PROBLEMS),
    },
  });
  app.openapi(route, async (c) => {
    const input = { id: c.req.valid("param").id, given: c.req.valid("json") ?? {} };
    const { webhook, secret } = await rotateSecret(deps, c.get("principal"), input);
    return c.json({ ...webhookJson(webhook), secret }, 200, { "cache-control": "no-store" });
  });
}
