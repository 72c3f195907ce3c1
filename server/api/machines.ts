import { createRoute, z } from "@hono/zod-openapi";
import { getMachine, listMachines, type Machine as MachineRow } from "@/db/machines.ts";
import { list } from "@/server/api/lists.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import { asTime, asTimeOrNull, time } from "@/server/api/times.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";

const tags = ["machines"];

const Machine = z.object({
  machine_id: z.string(),
  alive: z.boolean(),
  running: z.int(),
  slots: z.int(),
  load_1m: z.number().nullable(),
  cli_version: z.string().nullable(),
  logged_in: z.boolean().nullable(),
  login_hint: z.string().nullable(),
  isolation: z.string().nullable(),
  isolation_reason: z.string().nullable(),
  first_seen_at: time(),
  last_seen_at: time().nullable(),
}).openapi("Machine");

const machineJson = (row: MachineRow): z.infer<typeof Machine> => ({
  ...row,
  first_seen_at: asTime(row.first_seen_at),
  last_seen_at: asTimeOrNull(row.last_seen_at),
});

const listing = createRoute({
  method: "get",
  path: "/api/v2/machines",
  operationId: "listMachines",
  tags,
  summary: "The machines that have a worker, then those that are silent, the last seen first",
  description: "A machine is listed until it has been silent for 30 days with nothing running. " +
    "`last_seen_at` says since when.",
  middleware: viewer,
  responses: {
    200: json("All of them, at most 500: those that live first.", list(Machine)),
    ...problems(),
  },
});

const one = createRoute({
  method: "get",
  path: "/api/v2/machines/{machine_id}",
  operationId: "getMachine",
  tags,
  summary: "One machine",
  middleware: viewer,
  request: { params: z.object({ machine_id: z.string() }) },
  responses: { 200: json("The machine.", Machine), ...problems(404) },
});

/** /api/v2/machines… */
export function mountMachines(app: App, { db }: AppDeps): void {
  app.openapi(listing, async (c) => {
    const machines = await listMachines(db);
    return c.json({ items: machines.map(machineJson), next_cursor: null }, 200);
  });
  app.openapi(one, async (c) => {
    const { machine_id } = c.req.valid("param");
    const machine = await getMachine(db, machine_id);
    if (!machine) throw unknown("machine", machine_id);
    return c.json(machineJson(machine), 200);
  });
}
