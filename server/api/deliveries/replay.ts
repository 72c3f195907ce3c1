import { createRoute, z } from "@hono/zod-openapi";
import { existingDelivery } from "@/server/api/existing.ts";
import { pathId } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import { DryRun, dryRunJson } from "@/server/api/webhooks/dry_run_schema.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { dryRun } from "@/server/verbs/deliveries/dry_run.ts";
import { replay } from "@/server/verbs/deliveries/replay.ts";

const Replayed = z.object({
  outcome: z.enum(["accepted", "ignored", "duplicate"]),
  delivery_id: z.uuid(),
  task_ids: z.array(z.uuid()),
  replay_of: z.uuid(),
}).openapi("Replayed");

const ReplayRequest = z.strictObject({ dry_run: z.boolean().optional() }).openapi("ReplayRequest");

export function mountReplay(app: App, deps: AppDeps): void {
  const route = createRoute({
    method: "post",
    path: "/api/webhooks/events/{delivery_id}/replay",
    operationId: "replayDelivery",
    tags: ["webhooks"],
    summary: "Takes a delivery in once more, through today's commands",
    ...allowed(
      replay,
      "With `dry_run` nothing is written: the answer says what today's commands would do.",
      existingDelivery(deps),
    ),
    request: {
      params: z.object({ delivery_id: pathId() }),
      body: { content: { "application/json": { schema: ReplayRequest } } },
    },
    responses: {
      200: json("What it did, or would do.", z.union([Replayed, DryRun])),
      ...refusals(404, 409, ...BODY_PROBLEMS),
    },
  });
  app.openapi(route, async (c) => {
    const which = c.req.valid("param");
    const actor = c.get("principal");
    const { dry_run } = c.req.valid("json");
    if (dry_run) return c.json(dryRunJson(await dryRun(deps, actor, which)), 200);
    return c.json(await replay(deps, actor, which), 200);
  });
}
