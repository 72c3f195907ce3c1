import { createRoute, z } from "@hono/zod-openapi";
import { problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { METRICS_CONTENT_TYPE, metricsText } from "@/server/metrics.ts";

const metrics = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  tags: ["status"],
  summary: "Figures of this server and of the queue, as Prometheus text",
  middleware: viewer,
  responses: {
    200: {
      description: "Prometheus text. Without Postgres, what this process knows by itself.",
      content: { "text/plain": { schema: z.string() } },
    },
    ...problems(403),
  },
});

/** /metrics */
export function mountMetrics(app: App, deps: AppDeps): void {
  app.openapi(metrics, async (c) =>
    c.text(await metricsText(deps), 200, {
      "content-type": METRICS_CONTENT_TYPE,
      "cache-control": "no-store",
    }));
}
