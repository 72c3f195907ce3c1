/** Setting a webhook up at its provider, and seeing whether it works. */
import { createRoute, z } from "@hono/zod-openapi";
import { forwardSecret } from "@/db/process/seal.ts";
import { existingWebhook, webhookId } from "@/server/api/existing.ts";
import { BODY_PROBLEMS, json, problems } from "@/server/api/responses.ts";
import { admin, needs, operator, viewer } from "@/server/api/roles.ts";
import { documented } from "@/server/api/webhooks/documented.ts";
import { Webhook, webhookJson } from "@/server/api/webhooks/schema.ts";
import { mayAct } from "@/server/auth/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { rotateSecret } from "@/server/verbs/webhooks/rotate_secret.ts";
import { NewSecret } from "@/server/verbs/webhooks/schema.ts";
import { selfTest } from "@/server/verbs/webhooks/self_test.ts";
import { setupOf } from "@/server/verbs/webhooks/setup.ts";

const tags = ["webhooks"];
const request = { params: webhookId };

const Setup = z.object({
  address: z.string(),
  secret_setting: z.string().nullable(),
  steps: z.array(z.object({ label: z.string(), values: z.array(z.string()) })),
  forward_secret: z.string().nullable().openapi({
    description: "Verifies what this webhook forwards (Standard Webhooks). For admins only.",
  }),
}).openapi("WebhookSetup");

const STAGES = ["sign", "send", "answer", "record", "verify", "read", "match"] as const;
const SelfTest = z.object({
  ok: z.boolean(),
  address: z.string(),
  delivery_id: z.uuid().nullable(),
  answered_ms: z.number().nullable(),
  stages: z.array(z.object({ name: z.enum(STAGES), ok: z.boolean(), detail: z.string() })),
}).openapi("WebhookSelfTest");

export function mountSetup(app: App, deps: AppDeps): void {
  mountReading(app, deps);
  mountSelfTest(app, deps);
  mountSecret(app, deps);
}

function mountReading(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "get",
    path: "/api/webhooks/{id}/setup",
    operationId: "getWebhookSetup",
    tags,
    summary: "What is to be done at the provider, in its own words",
    middleware: viewer,
    request,
    responses: { 200: json("The steps.", Setup), ...problems(404) },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const setup = await setupOf(deps, id);
    const { webhook_id } = await findRow(deps, id);
    const forward_secret = mayAct(c.get("principal").role, "admin")
      ? forwardSecret(deps.config.secret_key.reveal(), webhook_id)
      : null;
    return c.json({ ...setup, forward_secret }, 200, { "cache-control": "no-store" });
  });
}

function mountSelfTest(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "post",
    path: "/api/webhooks/{id}/self-test",
    operationId: "selfTestWebhook",
    tags,
    summary: "Posts a signed sample to the webhook's public address",
    description: `What goes wrong is a stage with a hint. ${needs("operator")}`,
    middleware: operator,
    request,
    responses: { 200: json("Stage by stage.", SelfTest), ...problems(403, 404) },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await selfTest(deps, c.get("principal").name, id), 200);
  });
}

const Rotated = Webhook.extend({
  secret: z.string().openapi({ description: "Shown here and never again." }),
}).openapi("RotatedSecret");

function mountSecret(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "post",
    path: "/api/webhooks/{id}/secret",
    operationId: "rotateWebhookSecret",
    tags,
    summary: "A new secret; the one before is accepted for 24 hours",
    description: needs("admin"),
    middleware: [admin, existingWebhook(deps)],
    request: {
      ...request,
      body: { content: { "application/json": { schema: documented("NewSecret", NewSecret) } } },
    },
    responses: {
      200: json("The webhook, and its secret for the only time.", Rotated),
      ...problems(403, 404, ...BODY_PROBLEMS),
    },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const who = c.get("principal").name;
    const { webhook, secret } = await rotateSecret(deps, who, id, c.req.valid("json") ?? {});
    return c.json({ ...webhookJson(webhook), secret }, 200, { "cache-control": "no-store" });
  });
}
