import { createRoute, z } from "@hono/zod-openapi";
import { listMachines } from "@/db/machines.ts";
import { readOverview } from "@/db/overview.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import { VERSION } from "@/server/api/version.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { createHealth } from "@/server/health.ts";

const tags = ["status"];

const Health = z.object({
  status: z.literal("ok"),
  database: z.literal("ok"),
  queue: z.literal("ok"),
  version: z.string(),
}).openapi("Health");

const { 503: unavailable } = problems();
const health = createRoute({
  method: "get",
  path: "/api/health",
  operationId: "getHealth",
  tags,
  security: [],
  summary: "Whether Postgres answers with the schema of this program, and the queue is there",
  responses: { 200: json("All is well.", Health), 503: unavailable },
});

const Status = z.object({
  version: z.string(),
  uptime_seconds: z.number(),
  watchers: z.int().openapi({ description: "Streams that are open at this server." }),
  machines: z.object({ alive: z.int(), all: z.int(), slots: z.int(), running: z.int() }),
  tasks: z.object({
    queued: z.int(),
    running: z.int(),
    completed_today: z.int(),
    failed_today: z.int(),
    cancelled_today: z.int(),
    cost_usd_today: z.number(),
    input_tokens_today: z.int(),
    output_tokens_today: z.int(),
    oldest_queued_seconds: z.number().nullable(),
  }),
}).openapi("Status");

const status = createRoute({
  method: "get",
  path: "/api/status",
  operationId: "getStatus",
  tags,
  summary: "What the whole machine is doing; today is the day in UTC",
  middleware: viewer,
  responses: { 200: json("Its figures.", Status), ...problems() },
});

/** /api/health and /api/status */
export function mountStatus(app: App, { db, live }: AppDeps): void {
  const started = performance.now();
  const ready = createHealth(db);
  app.openapi(health, async (c) => {
    await ready.check();
    return c.json(
      { status: "ok", database: "ok", queue: "ok", version: VERSION } as const,
      200,
    );
  });
  app.openapi(status, async (c) => {
    const [tasks, machines] = await Promise.all([readOverview(db), listMachines(db)]);
    const alive = machines.filter((machine) => machine.alive);
    const sum = (of: "slots" | "running") => alive.reduce((all, machine) => all + machine[of], 0);
    return c.json({
      version: VERSION,
      uptime_seconds: (performance.now() - started) / 1000,
      watchers: live.stats().watchers,
      machines: {
        alive: alive.length,
        all: machines.length,
        slots: sum("slots"),
        running: sum("running"),
      },
      tasks,
    }, 200);
  });
}
