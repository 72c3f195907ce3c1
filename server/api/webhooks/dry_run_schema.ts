import { z } from "@hono/zod-openapi";
import { asTime, time } from "@/server/api/times.ts";
import type { DryRun as View } from "@/views/webhooks.ts";

export const Trace = z.object({ name: z.string(), matched: z.boolean(), reason: z.string() });

export const DryRun = z.object({
  delivery_id: z.uuid(),
  event_type: z.string().nullable(),
  external_id: z.string().nullable(),
  actor: z.object({ id: z.string().nullable(), name: z.string().nullable(), trust: z.string() }),
  received_at: time(),
  outcome: z.enum(["accepted", "ignored", "unreadable"]),
  reason: z.string().nullable(),
  commands: z.array(Trace),
  tasks: z.array(z.object({
    command: z.string(),
    agent: z.string(),
    tool_profile: z.string(),
    prompt: z.string(),
  })),
  replies: z.array(z.object({ command: z.string(), kind: z.string(), body: z.string() })),
  notes: z.array(z.string()),
}).openapi("DryRun");

export const dryRunJson = (run: View): z.infer<typeof DryRun> => ({
  ...run,
  received_at: asTime(run.received_at),
});
