import { z } from "@hono/zod-openapi";
import { commandTrace } from "@/db/nouns/delivery.ts";
import { asTime, time } from "@/server/api/times.ts";
import type { DryRun as View } from "@/views/webhooks.ts";

export const DryRun = z.object({
  delivery_id: z.uuid(),
  event_type: z.string().nullable(),
  external_id: z.string().nullable(),
  actor: z.object({ id: z.string().nullable(), name: z.string().nullable(), trust: z.string() }),
  received_at: time(),
  outcome: z.enum(["accepted", "ignored", "unreadable"]),
  reason: z.string().nullable(),
  commands: z.array(commandTrace),
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
