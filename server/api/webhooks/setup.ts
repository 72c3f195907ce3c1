/** Setting a webhook up at its provider, and seeing whether it works. */
import { createRoute, z } from "@hono/zod-openapi";
import { webhookId } from "@/server/api/existing.ts";
import { json, problems, refusals } from "@/server/api/responses.ts";
import { allowed, viewer } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
import { selfTest } from "@/server/verbs/webhooks/self_test.ts";
import { forwardSecretFor, setupOf } from "@/server/verbs/webhooks/setup.ts";

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

const reading = createRoute({
  method: "get",
  path: "/api/webhooks/{id}/setup",
  operationId: "getWebhookSetup",
  tags,
  summary: "What is to be done at the provider, in its own words",
  middleware: viewer,
  request,
  responses: { 200: json("The steps.", Setup), ...problems(404) },
});

const testing = createRoute({
  method: "post",
  path: "/api/webhooks/{id}/self-test",
  operationId: "selfTestWebhook",
  tags,
  summary: "Posts a signed sample to the webhook's public address",
  ...allowed(selfTest, "What goes wrong is a stage with a hint."),
  request,
  responses: { 200: json("Stage by stage.", SelfTest), ...refusals(404) },
});

export function mountSetup(app: App, deps: AppDeps): void {
  app.openapi(reading, async (c) => {
    const { id } = c.req.valid("param");
    const setup = await setupOf(deps, id);
    const { webhook_id } = await findRow(deps, id);
    const forward_secret = forwardSecretFor(deps, c.get("principal"), webhook_id);
    return c.json({ ...setup, forward_secret }, 200, { "cache-control": "no-store" });
  });
  app.openapi(
    testing,
    async (c) => c.json(await selfTest(deps, c.get("principal"), c.req.valid("param")), 200),
  );
}
